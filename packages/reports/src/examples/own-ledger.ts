// What the endpoint of the other examples remembers and exports. Made by test/make-own-ledger.ts.

import type { Json } from '@vitrine/evidence';

export const ownLedgerExample: Json = {
  at: '2026-11-26T11:00:00Z',
  entries: [
    {
      act: 'given',
      at: '2026-11-24T08:00:00Z',
      center: 'zurich',
      country: 'LI',
      generation: 1,
      previous: '0000000000000000000000000000000000000000000000000000000000000000',
      profile: 'reports',
      receipt: '552bb33b610bda3aaa4eefda65bd2d40c1b1162acfc61616cf37f665005f3693',
      seq: 0,
      type: 'consent',
    },
    {
      at: '2026-11-24T08:00:10Z',
      consent: {
        payload:
          'eyJhY3QiOiJnaXZlbiIsImF0IjoiMjAyNi0xMS0yNFQwODowMDowMFoiLCJiYXNpcyI6ImNvbnNlbnQiLCJjb250cm9sbGVyIjp7ImNlbnRlciI6Inp1cmljaCIsImNvdW50cnkiOiJDSCIsIm5hbWUiOiJEYXRhIGNlbnRlciBadXJpY2giLCJvcGVyYXRvciI6InZlbmRvciJ9LCJjb3VudHJ5IjoiTEkiLCJpZCI6ImVlNjJhM2YwOGFkNmFhN2IxOGRlMGU0MWE5M2YwYmM0IiwianVyaXNkaWN0aW9ucyI6WyJDSCJdLCJsYW5ndWFnZSI6ImVuIiwibWV0aG9kIjoidGVybWluYWwiLCJub3RpY2UiOnsicG9saWN5VXJsIjoiaHR0cHM6Ly92ZW5kb3IuZXhhbXBsZS9wcml2YWN5IiwidGV4dCI6ImIxOWY3YTA3OWE1ZTVhOTFjYjEwZGFmYTAxN2UwMzAwNjQzMzJkMmNjYTVjZjE1YWZlM2IzYjI5YjZkZTc5ZjMifSwicHJldmlvdXMiOm51bGwsInByb2ZpbGUiOiJyZXBvcnRzIiwicHVycG9zZXMiOlt7ImRheXMiOjM2NSwia2luZHMiOlsiZmlsZS1zZWVuIiwiZGV0ZWN0aW9uIiwiY29udGFjdCIsImJlaGF2aW91ciJdLCJwdWJsaXNoZWQiOnRydWUsInB1cnBvc2UiOiJwcm90ZWN0In0seyJkYXlzIjozNjUsImtpbmRzIjpbImZpbGUtc2VlbiIsImRldGVjdGlvbiIsImNvbnRhY3QiLCJiZWhhdmlvdXIiXSwicHVibGlzaGVkIjpmYWxzZSwicHVycG9zZSI6Im1lYXN1cmUifSx7ImRheXMiOjM2NSwia2luZHMiOlsiZmlsZS1zZWVuIiwiZGV0ZWN0aW9uIiwiY29udGFjdCIsImJlaGF2aW91ciJdLCJwdWJsaXNoZWQiOmZhbHNlLCJwdXJwb3NlIjoiZXhwbGFpbiJ9XSwicmVzaWRlbmN5IjoxLCJzY2hlbWEiOnsiZGlnZXN0IjoiYmVhMmI3ZWUzZjQ4YjM2ZmVjODdjZGE1YWUzODY2ZTVhNzMwMTIwNGFhYTRlOTJmNzQ0NThkN2I4NGJhMmU1YSIsInZlcnNpb24iOjF9LCJzZW5zaXRpdmUiOmZhbHNlLCJzdWJqZWN0Ijp7ImtleSI6Ik1Db3dCUVlESzJWd0F5RUFHbE9ZSU9jeEpSTE1TQkdRdno4Sks5K3hmVDFMZkgvaW1YcEx1cDd1NjBFPSIsInNlYWxpbmciOiJHZ0NUVzMvYjhvQ1liSktxRmROKzF0a2EvTWhjT0Uvam1ibjk1M3dtM1gwPSJ9LCJ2IjoxfQ==',
        payloadType: 'application/vnd.vitrine.consent+json',
        signatures: [
          {
            keyid: '7e3db971e8b92fe1b400acc39a2899b088428378e53d14432aff2e381b873811',
            sig: 'Vnh4XUFA3pZahijSW7u0nhEN0Glf0E3T/njd6Ob+akNkFkLq+U6NdeumdwmY0hcqQPykodCkjcLkentKUe3iCA==',
          },
          {
            keyid: 'd215e443992d4e0c21536914dab2444239de9b93aeed50c516d2e6825588a211',
            sig: 'FTj6/7G5PMomKPfTHuVzeC9F9vRnCxtplHu29NrTa24B2BzkgJlqG9T25pRvQU/YyrI+9a2IKxSdLQkR+mPpAg==',
          },
        ],
      },
      previous: 'd27e7bd15095e8fa19c47edc5b0df07a43ec50e403307c7c7a7bff00ea7cf31e',
      seq: 1,
      type: 'countersigned',
    },
    {
      at: '2026-11-24T09:00:00Z',
      center: 'zurich',
      consent: '552bb33b610bda3aaa4eefda65bd2d40c1b1162acfc61616cf37f665005f3693',
      country: 'LI',
      generation: 1,
      previous: '197174f144008a808476a7f34a989bb22981ad9ccb5b870195c577db98eff0ea',
      records: [
        {
          commitment: '771f397aef85fa57f6a41627d269337792b483efa6448c64adc18eba67336bc4',
          facts: {
            arrived: 'web',
            format: 'pe',
            object: 'ce9dc721560d9442ae6d9ef121db19977766f5eba3474c4763b7e4a50cc385a1',
            seen: '2026-11-24',
            size: 48128,
          },
          kind: 'file-seen',
          personal: {
            name: 'setup.exe',
            path: 'C:\\Users\\Public\\Downloads',
          },
          salt: 'R+34TNtCDerrNDPcnFjI9uqS5d4HFMxAlre1AyJDLcE=',
        },
        {
          commitment: 'ac5534caa45542ca8bd9cbe42c9c222d590cb359fba6df6bd9ad8809237583e8',
          facts: {
            action: 'blocked',
            domain: 'updates.example',
            port: 443,
            seen: '2026-11-24',
          },
          kind: 'contact',
          personal: {
            url: 'https://updates.example/gate',
          },
          salt: 'G2dlEWJo8qelOR66JfyDbtyEnQCW6HHlu5pF8Ik8e+U=',
        },
      ],
      report: 'ac6a2d0d48722b8ec8aac1c448d33eb9',
      seq: 2,
      type: 'report',
    },
    {
      at: '2026-11-24T09:00:01Z',
      previous: '2f3f717cf146e0eebc0f3f033b970c69164574aeacf96325a66a47099d01e871',
      promise: {
        payload:
          'eyJhdCI6IjIwMjYtMTEtMjRUMDk6MDA6MDBaIiwiY2VudGVyIjoienVyaWNoIiwiZGF5IjoiMjAyNi0xMS0yNCIsImRlYWRsaW5lIjoiMjAyNi0xMS0yNFQwOToxMDowMFoiLCJsZWRnZXIiOiJ6dXJpY2guZXhhbXBsZS9jdXN0b2R5IiwicmVjb3JkcyI6W3siY2lwaGVydGV4dCI6ImVmMmYxYjU3MWRiNmEyODQ4ZTE4NDJmMWYzYjUxYjc3NjBjNzhjMDI3NmI1YzZiNjE2NGViYjIwODliOWQ2Y2EiLCJsZWFmIjoiNWVhYmRiMDM4NjhmYWZkNGQyYzk4YzU0NzYxNzFkMjlkNWMzZTllZjczM2UyNmJiNGRiNWE2ZGY1OThjNDA3ZSJ9LHsiY2lwaGVydGV4dCI6IjAzNWE5NWI3NmY0OTBlOTY1YWU5YTBhNWZkZDVjMTYzMWYwNTc1NzdjYmY3Mzg4NGYyMGZkMWY2NTdjNjY0YjMiLCJsZWFmIjoiYWIzZjgyOTkwNWU2MTk5ODk3YWY3OWI3ZDkwYmVjMTQ3OWEwYmQ1NGUxNDdkMGNiMzk3Yjk5NGM0YmFhMWJmNiJ9XSwicmVwb3J0IjoiYWM2YTJkMGQ0ODcyMmI4ZWM4YWFjMWM0NDhkMzNlYjkiLCJ2IjoxfQ==',
        payloadType: 'application/vnd.vitrine.promise+json',
        signatures: [
          {
            keyid: '7e3db971e8b92fe1b400acc39a2899b088428378e53d14432aff2e381b873811',
            sig: '+AZC2/ofMy/Cv7fdwRDPZnzyl91oh8Aq3/cZtX+GZHQb1qxs7XlepeJm9e0xLQxKbYY9dUh5B5cf6yz6NATZAg==',
          },
        ],
      },
      report: 'ac6a2d0d48722b8ec8aac1c448d33eb9',
      seq: 3,
      type: 'promise',
    },
    {
      at: '2026-11-24T09:01:10Z',
      checkpoint:
        'zurich.example/custody\n2\n4r+6JXLA13MY84Gco/rCV0ksNQNS7FT0n25PDm9bRfk=\n\n— zurich.example/custody LFd7O32bR150An1xGSe7vjGilYrpDed4o9XmX8Xg/Pvzvy39cC8B6J1YtCO1j3/fY/AXv1fFK8mqlwK+zLyBKBhJSgQ=\n— witness.example nYxp2wAAAABrBVJMTvnMwIntnZ1g3UaVPazkkl0tZ8rU9995ktz3UXT8DXbDUWChQRyQc6NC5qme3OjyxolLhFq4XoaaSG940d4sCw==\n',
      previous: '3b41fc41e98185e86b8742ef19025285095e297ec506ae6b94739d8915ef9dad',
      records: [
        {
          index: 0,
          path: ['qz+CmQXmGZiXr3m32QvsFHmgvVThR9DLOXuZTEuqG/Y='],
        },
        {
          index: 1,
          path: ['XqvbA4aPr9TSyYxUdhcdKdXD6e9zPia7TbWm31mMQH4='],
        },
      ],
      report: 'ac6a2d0d48722b8ec8aac1c448d33eb9',
      seq: 4,
      type: 'proof',
    },
    {
      at: '2026-11-25T09:00:00Z',
      center: 'zurich',
      entry:
        '{"at":"2026-11-24T10:00:00Z","grant":"8e797aad7e37dc80ed872327398f3f250173c52187686669c4b6c69a6e2dcfaf","record":"05f045a6e864ef68097e34da156c1dc0a0bd26584636cbd772f4b4718cc62475","type":"read","v":1}',
      index: 0,
      previous: 'cbcee8b80c0cec176f5fae28ebd336c9ab5053f937d9deb9a52ad71088a86bad',
      record: 0,
      salt: 'ZXN09cuM0vun9wvwY07a/7enx96/ZbkiGjA6tioZ2v0=',
      seq: 5,
      type: 'reading',
    },
    {
      at: '2026-11-26T09:00:00Z',
      previous: 'a93d5942cc1ea4adaedff64e31c580113485771584db50a4e34ee7a02a156746',
      request: {
        payload:
          'eyJhY3QiOiJlcmFzZSIsImF0IjoiMjAyNi0xMS0yNlQwOTowMDowMFoiLCJjZW50ZXIiOiJ6dXJpY2giLCJpZCI6IjQ4ZDM0ZjkzODU2Mzk2Mjg1YjAyMTk4ZDRhZGE0MWM2Iiwic3ViamVjdCI6eyJrZXkiOiJNQ293QlFZREsyVndBeUVBR2xPWUlPY3hKUkxNU0JHUXZ6OEpLOSt4ZlQxTGZIL2ltWHBMdXA3dTYwRT0iLCJzZWFsaW5nIjoiR2dDVFczL2I4b0NZYkpLcUZkTisxdGthL01oY09FL2ptYm45NTN3bTNYMD0ifSwidiI6MX0=',
        payloadType: 'application/vnd.vitrine.subject-request+json',
        signatures: [
          {
            keyid: 'd215e443992d4e0c21536914dab2444239de9b93aeed50c516d2e6825588a211',
            sig: 'Eg685FcGeYLYd8g1K5Hja8TBZYXLft65m93awRJJhoOPfiwcz4z10i5DXFBMVfhs6OzOMphjvdA3AD+A+epdAQ==',
          },
        ],
      },
      seq: 6,
      type: 'request',
    },
    {
      at: '2026-11-26T09:01:41Z',
      confirmation: {
        payload:
          'eyJhY3QiOiJlcmFzZSIsImF0IjoiMjAyNi0xMS0yNlQwOTowMTo0MFoiLCJjZW50ZXIiOiJ6dXJpY2giLCJlcmFzdXJlcyI6W3siZW50cnkiOiJ7XCJjb21taXRtZW50XCI6XCI5Y2Y1ZTUxMTBjMmNhNDRhOTllNGFiYWQ5ZTYxMGRmMWIyMDZmMzIyNzNmOGE4ODM0MDFhMWJmZmYxMjcxZWNjXCIsXCJjb3VudFwiOjIsXCJkYXlcIjpcIjIwMjYtMTEtMjZcIixcInJlYXNvblwiOlwiZXJhc2VkXCIsXCJ0eXBlXCI6XCJ0b21ic3RvbmVcIixcInZcIjoxfSIsInJ1bnMiOlt7ImNvdW50IjoyLCJmaXJzdCI6MH1dLCJzYWx0IjoiYUJWdDhZNTlidkdRWkRDK3ROaUFLWC9GSktqaXk2b3lJVFZXTllnelZWRT0ifV0sImZpbmFsQXQiOiIyMDI2LTEyLTI2VDAwOjAwOjAwWiIsImxlZGdlciI6Inp1cmljaC5leGFtcGxlL2N1c3RvZHkiLCJyZWNvcmRzIjoyLCJyZXF1ZXN0IjoiMzg1ODAwYjM3N2JmZTMxZGEzZmNjNDhiZjBhZmFlNzk1MGE0NTA4ZjY1YmJiZTE4NmM1MjI1MzQ3MDI3NDUwNSIsInYiOjF9',
        payloadType: 'application/vnd.vitrine.confirmation+json',
        signatures: [
          {
            keyid: '7e3db971e8b92fe1b400acc39a2899b088428378e53d14432aff2e381b873811',
            sig: '9hljYZHTaAF/pZnRd1I++T6n/mZE/np6Dxvylgs9aTbCV/dFBV8tcm/qlNzEO+o8CCmIXv78NEqlt0ycfGBCDg==',
          },
        ],
      },
      previous: 'aa54737cbf5f53396c667ab8ddb8e8e637764f8f1bc597d3c239a4d261513e37',
      seq: 7,
      type: 'confirmation',
    },
  ],
  first: 0,
  format: 'urn:vitrine:own-ledger:v1',
  ledgers: [
    {
      access: 'zurich.example/access+b3cbe76b+AWkil+7L9+NcCbKd7hgExqT5NFSVys8KcPPG1KXnz+go',
      center: 'zurich',
      country: 'CH',
      ledger: 'zurich.example/custody+2c577b3b+AZCROw8MW9EwVN+dFk9oP4WBJvj7QhETfFf1fVB5QWfI',
      name: 'Data center Zurich',
      operator: 'vendor',
      quorum: 1,
      witnesses: [
        {
          key: 'witness.example+9d8c69db+BGG3op9v3HIXXDPBmFc/0CioJHhGCXc+pyvvFPlBZdYO',
          operator: 'witness',
        },
      ],
    },
  ],
};
