// Frozen. Two data centers, proven by the log of the test world; it verifies, and must go on so.

import type { Json } from '@vitrine/evidence';

export const sharing: Json = {
  checkpoint:
    'log.example/vitrine\n14\nj6ZdeEasZ5F+FRzRn/zlyQ9D3zSjoUta+y+NraZf8wM=\n\n— log.example/vitrine fjHWbwF3Hwi4NCluQ8AUjZzWoEpZlCs+69iwOiGdlertvmGG9QrFsIg5/OiQHzBSGipMOmtj/wHUE4Gf9a6fIMThRws=\n— supervisor-a.example/witness Pm7CkwAAAABrBVIQ32OZ+JHhthsiXIzYcFRQP5d2uUE+j78VE80tt4Qgs8doCldOxO/8NyBQp7RZdByjw8wr9TkkGcrhq4utfxErBg==\n— supervisor-b.example/witness RTwzNAAAAABrBVIQFD384111DXSS9yPtTzXsickd39MBTafyxQ9PRUlnAwaiuNXke5ntyPxSfKlVcgcUE7kp96hIHmvPc2mgPlQpCA==\n',
  format: 'urn:vitrine:sharing:v1',
  milestones: [
    {
      envelope: {
        payload:
          'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiY2hhbm5lbCI6InN0YWJsZSIsIm9yZGVyIjoiZmM5Zjg2ZmRmNDQwZWRmODJmNmI0MGNkMDFiOWFkYTczZGJmMmM3ZjRmYmIwMzczYjY5ZjZkYTg3ZjYwOTU2MCIsIm91dHB1dCI6InZlcmlmaWVyLm1qcyIsInBsYXRmb3JtIjoiYW55IiwicHJvZHVjdCI6InZlcmlmaWVyIiwicHVybCI6InBrZzpnZW5lcmljL3ZlcmlmaWVyQDAuMS4wIiwic2VxdWVuY2UiOjcsInZlcnNpb24iOiIwLjEuMCJ9LCJwcmVkaWNhdGVUeXBlIjoiaHR0cHM6Ly9pbi10b3RvLmlvL2F0dGVzdGF0aW9uL3JlbGVhc2UvdjAuMiIsInN1YmplY3QiOlt7ImRpZ2VzdCI6eyJzaGEyNTYiOiJlMDNjNDJhNjk4M2YwNzE1N2Y0MmYyZTcxOGNhM2Y3NzE0YjM2ZDYzYjUwNmIxOWJhMGNhMGQ3ZTA0ZmVhMjU0In0sIm5hbWUiOiJhcnRpZmFjdCJ9XX0=',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          {
            keyid: 'f4e509d3d316fbcd0ea85108bd2faf76ae560d565aaafe883c44138cadddd251',
            sig: 'MEQCIEiHJkZGRYdrLOCZPzHGOqoTsOh65LSR/ZUtA76O6zK3AiBgh3KZBS17cjXgpNaBk0h9+10j0AzdcWFztYhoJre2ng==',
          },
        ],
      },
      index: 6,
      path: [
        '/XfSvgDTFLfrbh4KPDouHBu9kyOOsSSfpKjyWKpRXkE=',
        '1sVM4y8DmQF16LS+JDsoA7k/xTneBF3fiEbHuKiDjKE=',
        '6VMFmhYR7kabsPpV+wTRyaY18BCrRdNsHKwU+cEk+3k=',
        'R6Hwbwt2w0eiu7ekhd2NwNylSVuuDwyM+2jOwZhno9o=',
      ],
    },
  ],
  policies: [
    {
      document: {
        payload:
          'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiY2VudGVycyI6W3siYWNjZXNzIjoiZnJhbmtmdXJ0LmV4YW1wbGUvYWNjZXNzKzJhNjgzZmY1K0FhWXhHYW1odzRiWGpqYzhlTmVGSDFZZUoyM1RhSXl4SjM0Uk00cVA4K2JkIiwiY291bnRyeSI6IkRFIiwiaWQiOiJmcmFua2Z1cnQiLCJpZGVudGl0eSI6Ik1Db3dCUVlESzJWd0F5RUFpc3pQOGhCQi92ekdaZmxuSWN1UjZIRDR5NTZLd3VaaFZsVkdaV2VKcUJ3PSIsImludGFrZSI6WyJodHRwczovL2ZyYW5rZnVydC5leGFtcGxlL2ludGFrZSJdLCJsZWRnZXIiOiJmcmFua2Z1cnQuZXhhbXBsZS9sZWRnZXIrNzhmNTBiOGErQVY0S1B3NHRzejYrYUxsV1RweGhLbkNjYWJIV055MUhJUnJHM3l6bmk0eTkiLCJuYW1lIjoiRGF0YSBjZW50ZXIgZnJhbmtmdXJ0Iiwib3BlcmF0b3IiOiJ2ZW5kb3IifSx7ImFjY2VzcyI6Inp1cmljaC5leGFtcGxlL2FjY2VzcyszY2FmMDVlZStBVWx0RFhVZXl0RzkxWnBsY0VIdmpDVWJPSGQyRlJmMW1jSnpRa3RPM3VyZyIsImNvdW50cnkiOiJDSCIsImlkIjoienVyaWNoIiwiaWRlbnRpdHkiOiJNQ293QlFZREsyVndBeUVBOFNVQm42TVVINTF3TWI3UFg5VTRYTC9iWkl4a29PbGtOQjZvWEJML2pBQT0iLCJpbnRha2UiOlsiaHR0cHM6Ly96dXJpY2guZXhhbXBsZS9pbnRha2UiXSwibGVkZ2VyIjoienVyaWNoLmV4YW1wbGUvbGVkZ2VyKzFiYjU1MjRkK0FVNnNZR01ncG1aSkRRdVg3V3UrUWdaSVAzYlhGa3lRQ2NobURaZUc3Nk95IiwibmFtZSI6IkRhdGEgY2VudGVyIHp1cmljaCIsIm9wZXJhdG9yIjoidmVuZG9yIn1dLCJjb3VudHJpZXMiOnsiQUQiOiJmcmFua2Z1cnQiLCJBRSI6ImZyYW5rZnVydCIsIkFGIjoiZnJhbmtmdXJ0IiwiQUciOiJmcmFua2Z1cnQiLCJBSSI6ImZyYW5rZnVydCIsIkFMIjoiZnJhbmtmdXJ0IiwiQU0iOiJmcmFua2Z1cnQiLCJBTyI6ImZyYW5rZnVydCIsIkFRIjoiZnJhbmtmdXJ0IiwiQVIiOiJmcmFua2Z1cnQiLCJBUyI6ImZyYW5rZnVydCIsIkFUIjoienVyaWNoIiwiQVUiOiJmcmFua2Z1cnQiLCJBVyI6ImZyYW5rZnVydCIsIkFYIjoiZnJhbmtmdXJ0IiwiQVoiOiJmcmFua2Z1cnQiLCJCQSI6ImZyYW5rZnVydCIsIkJCIjoiZnJhbmtmdXJ0IiwiQkQiOiJmcmFua2Z1cnQiLCJCRSI6ImZyYW5rZnVydCIsIkJGIjoiZnJhbmtmdXJ0IiwiQkciOiJmcmFua2Z1cnQiLCJCSCI6ImZyYW5rZnVydCIsIkJJIjoiZnJhbmtmdXJ0IiwiQkoiOiJmcmFua2Z1cnQiLCJCTCI6ImZyYW5rZnVydCIsIkJNIjoiZnJhbmtmdXJ0IiwiQk4iOiJmcmFua2Z1cnQiLCJCTyI6ImZyYW5rZnVydCIsIkJRIjoiZnJhbmtmdXJ0IiwiQlIiOiJmcmFua2Z1cnQiLCJCUyI6ImZyYW5rZnVydCIsIkJUIjoiZnJhbmtmdXJ0IiwiQlYiOiJmcmFua2Z1cnQiLCJCVyI6ImZyYW5rZnVydCIsIkJZIjoiZnJhbmtmdXJ0IiwiQloiOiJmcmFua2Z1cnQiLCJDQSI6ImZyYW5rZnVydCIsIkNDIjoiZnJhbmtmdXJ0IiwiQ0QiOiJmcmFua2Z1cnQiLCJDRiI6ImZyYW5rZnVydCIsIkNHIjoiZnJhbmtmdXJ0IiwiQ0giOiJ6dXJpY2giLCJDSSI6ImZyYW5rZnVydCIsIkNLIjoiZnJhbmtmdXJ0IiwiQ0wiOiJmcmFua2Z1cnQiLCJDTSI6ImZyYW5rZnVydCIsIkNOIjoiZnJhbmtmdXJ0IiwiQ08iOiJmcmFua2Z1cnQiLCJDUiI6ImZyYW5rZnVydCIsIkNVIjoiZnJhbmtmdXJ0IiwiQ1YiOiJmcmFua2Z1cnQiLCJDVyI6ImZyYW5rZnVydCIsIkNYIjoiZnJhbmtmdXJ0IiwiQ1kiOiJmcmFua2Z1cnQiLCJDWiI6ImZyYW5rZnVydCIsIkRFIjoiZnJhbmtmdXJ0IiwiREoiOiJmcmFua2Z1cnQiLCJESyI6ImZyYW5rZnVydCIsIkRNIjoiZnJhbmtmdXJ0IiwiRE8iOiJmcmFua2Z1cnQiLCJEWiI6ImZyYW5rZnVydCIsIkVDIjoiZnJhbmtmdXJ0IiwiRUUiOiJmcmFua2Z1cnQiLCJFRyI6ImZyYW5rZnVydCIsIkVIIjoiZnJhbmtmdXJ0IiwiRVIiOiJmcmFua2Z1cnQiLCJFUyI6ImZyYW5rZnVydCIsIkVUIjoiZnJhbmtmdXJ0IiwiRkkiOiJmcmFua2Z1cnQiLCJGSiI6ImZyYW5rZnVydCIsIkZLIjoiZnJhbmtmdXJ0IiwiRk0iOiJmcmFua2Z1cnQiLCJGTyI6ImZyYW5rZnVydCIsIkZSIjoiZnJhbmtmdXJ0IiwiR0EiOiJmcmFua2Z1cnQiLCJHQiI6ImZyYW5rZnVydCIsIkdEIjoiZnJhbmtmdXJ0IiwiR0UiOiJmcmFua2Z1cnQiLCJHRiI6ImZyYW5rZnVydCIsIkdHIjoiZnJhbmtmdXJ0IiwiR0giOiJmcmFua2Z1cnQiLCJHSSI6ImZyYW5rZnVydCIsIkdMIjoiZnJhbmtmdXJ0IiwiR00iOiJmcmFua2Z1cnQiLCJHTiI6ImZyYW5rZnVydCIsIkdQIjoiZnJhbmtmdXJ0IiwiR1EiOiJmcmFua2Z1cnQiLCJHUiI6ImZyYW5rZnVydCIsIkdTIjoiZnJhbmtmdXJ0IiwiR1QiOiJmcmFua2Z1cnQiLCJHVSI6ImZyYW5rZnVydCIsIkdXIjoiZnJhbmtmdXJ0IiwiR1kiOiJmcmFua2Z1cnQiLCJISyI6ImZyYW5rZnVydCIsIkhNIjoiZnJhbmtmdXJ0IiwiSE4iOiJmcmFua2Z1cnQiLCJIUiI6ImZyYW5rZnVydCIsIkhUIjoiZnJhbmtmdXJ0IiwiSFUiOiJmcmFua2Z1cnQiLCJJRCI6ImZyYW5rZnVydCIsIklFIjoiZnJhbmtmdXJ0IiwiSUwiOiJmcmFua2Z1cnQiLCJJTSI6ImZyYW5rZnVydCIsIklOIjoiZnJhbmtmdXJ0IiwiSU8iOiJmcmFua2Z1cnQiLCJJUSI6ImZyYW5rZnVydCIsIklSIjoiZnJhbmtmdXJ0IiwiSVMiOiJmcmFua2Z1cnQiLCJJVCI6ImZyYW5rZnVydCIsIkpFIjoiZnJhbmtmdXJ0IiwiSk0iOiJmcmFua2Z1cnQiLCJKTyI6ImZyYW5rZnVydCIsIkpQIjoiZnJhbmtmdXJ0IiwiS0UiOiJmcmFua2Z1cnQiLCJLRyI6ImZyYW5rZnVydCIsIktIIjoiZnJhbmtmdXJ0IiwiS0kiOiJmcmFua2Z1cnQiLCJLTSI6ImZyYW5rZnVydCIsIktOIjoiZnJhbmtmdXJ0IiwiS1AiOiJmcmFua2Z1cnQiLCJLUiI6ImZyYW5rZnVydCIsIktXIjoiZnJhbmtmdXJ0IiwiS1kiOiJmcmFua2Z1cnQiLCJLWiI6ImZyYW5rZnVydCIsIkxBIjoiZnJhbmtmdXJ0IiwiTEIiOiJmcmFua2Z1cnQiLCJMQyI6ImZyYW5rZnVydCIsIkxJIjoienVyaWNoIiwiTEsiOiJmcmFua2Z1cnQiLCJMUiI6ImZyYW5rZnVydCIsIkxTIjoiZnJhbmtmdXJ0IiwiTFQiOiJmcmFua2Z1cnQiLCJMVSI6ImZyYW5rZnVydCIsIkxWIjoiZnJhbmtmdXJ0IiwiTFkiOiJmcmFua2Z1cnQiLCJNQSI6ImZyYW5rZnVydCIsIk1DIjoiZnJhbmtmdXJ0IiwiTUQiOiJmcmFua2Z1cnQiLCJNRSI6ImZyYW5rZnVydCIsIk1GIjoiZnJhbmtmdXJ0IiwiTUciOiJmcmFua2Z1cnQiLCJNSCI6ImZyYW5rZnVydCIsIk1LIjoiZnJhbmtmdXJ0IiwiTUwiOiJmcmFua2Z1cnQiLCJNTSI6ImZyYW5rZnVydCIsIk1OIjoiZnJhbmtmdXJ0IiwiTU8iOiJmcmFua2Z1cnQiLCJNUCI6ImZyYW5rZnVydCIsIk1RIjoiZnJhbmtmdXJ0IiwiTVIiOiJmcmFua2Z1cnQiLCJNUyI6ImZyYW5rZnVydCIsIk1UIjoiZnJhbmtmdXJ0IiwiTVUiOiJmcmFua2Z1cnQiLCJNViI6ImZyYW5rZnVydCIsIk1XIjoiZnJhbmtmdXJ0IiwiTVgiOiJmcmFua2Z1cnQiLCJNWSI6ImZyYW5rZnVydCIsIk1aIjoiZnJhbmtmdXJ0IiwiTkEiOiJmcmFua2Z1cnQiLCJOQyI6ImZyYW5rZnVydCIsIk5FIjoiZnJhbmtmdXJ0IiwiTkYiOiJmcmFua2Z1cnQiLCJORyI6ImZyYW5rZnVydCIsIk5JIjoiZnJhbmtmdXJ0IiwiTkwiOiJmcmFua2Z1cnQiLCJOTyI6ImZyYW5rZnVydCIsIk5QIjoiZnJhbmtmdXJ0IiwiTlIiOiJmcmFua2Z1cnQiLCJOVSI6ImZyYW5rZnVydCIsIk5aIjoiZnJhbmtmdXJ0IiwiT00iOiJmcmFua2Z1cnQiLCJQQSI6ImZyYW5rZnVydCIsIlBFIjoiZnJhbmtmdXJ0IiwiUEYiOiJmcmFua2Z1cnQiLCJQRyI6ImZyYW5rZnVydCIsIlBIIjoiZnJhbmtmdXJ0IiwiUEsiOiJmcmFua2Z1cnQiLCJQTCI6ImZyYW5rZnVydCIsIlBNIjoiZnJhbmtmdXJ0IiwiUE4iOiJmcmFua2Z1cnQiLCJQUiI6ImZyYW5rZnVydCIsIlBTIjoiZnJhbmtmdXJ0IiwiUFQiOiJmcmFua2Z1cnQiLCJQVyI6ImZyYW5rZnVydCIsIlBZIjoiZnJhbmtmdXJ0IiwiUUEiOiJmcmFua2Z1cnQiLCJSRSI6ImZyYW5rZnVydCIsIlJPIjoiZnJhbmtmdXJ0IiwiUlMiOiJmcmFua2Z1cnQiLCJSVSI6ImZyYW5rZnVydCIsIlJXIjoiZnJhbmtmdXJ0IiwiU0EiOiJmcmFua2Z1cnQiLCJTQiI6ImZyYW5rZnVydCIsIlNDIjoiZnJhbmtmdXJ0IiwiU0QiOiJmcmFua2Z1cnQiLCJTRSI6ImZyYW5rZnVydCIsIlNHIjoiZnJhbmtmdXJ0IiwiU0giOiJmcmFua2Z1cnQiLCJTSSI6ImZyYW5rZnVydCIsIlNKIjoiZnJhbmtmdXJ0IiwiU0siOiJmcmFua2Z1cnQiLCJTTCI6ImZyYW5rZnVydCIsIlNNIjoiZnJhbmtmdXJ0IiwiU04iOiJmcmFua2Z1cnQiLCJTTyI6ImZyYW5rZnVydCIsIlNSIjoiZnJhbmtmdXJ0IiwiU1MiOiJmcmFua2Z1cnQiLCJTVCI6ImZyYW5rZnVydCIsIlNWIjoiZnJhbmtmdXJ0IiwiU1giOiJmcmFua2Z1cnQiLCJTWSI6ImZyYW5rZnVydCIsIlNaIjoiZnJhbmtmdXJ0IiwiVEMiOiJmcmFua2Z1cnQiLCJURCI6ImZyYW5rZnVydCIsIlRGIjoiZnJhbmtmdXJ0IiwiVEciOiJmcmFua2Z1cnQiLCJUSCI6ImZyYW5rZnVydCIsIlRKIjoiZnJhbmtmdXJ0IiwiVEsiOiJmcmFua2Z1cnQiLCJUTCI6ImZyYW5rZnVydCIsIlRNIjoiZnJhbmtmdXJ0IiwiVE4iOiJmcmFua2Z1cnQiLCJUTyI6ImZyYW5rZnVydCIsIlRSIjoiZnJhbmtmdXJ0IiwiVFQiOiJmcmFua2Z1cnQiLCJUViI6ImZyYW5rZnVydCIsIlRXIjoiZnJhbmtmdXJ0IiwiVFoiOiJmcmFua2Z1cnQiLCJVQSI6ImZyYW5rZnVydCIsIlVHIjoiZnJhbmtmdXJ0IiwiVU0iOiJmcmFua2Z1cnQiLCJVUyI6ImZyYW5rZnVydCIsIlVZIjoiZnJhbmtmdXJ0IiwiVVoiOiJmcmFua2Z1cnQiLCJWQSI6ImZyYW5rZnVydCIsIlZDIjoiZnJhbmtmdXJ0IiwiVkUiOiJmcmFua2Z1cnQiLCJWRyI6ImZyYW5rZnVydCIsIlZJIjoiZnJhbmtmdXJ0IiwiVk4iOiJmcmFua2Z1cnQiLCJWVSI6ImZyYW5rZnVydCIsIldGIjoiZnJhbmtmdXJ0IiwiV1MiOiJmcmFua2Z1cnQiLCJZRSI6ImZyYW5rZnVydCIsIllUIjoiZnJhbmtmdXJ0IiwiWkEiOiJmcmFua2Z1cnQiLCJaTSI6ImZyYW5rZnVydCIsIlpXIjoiZnJhbmtmdXJ0In0sImVmZmVjdGl2ZSI6IjIwMjYtMTEtMTBUMDA6MDA6MDBaIiwiaXNzdWVkQXQiOiIyMDI2LTExLTAxVDAwOjAwOjAwWiIsIm1pbGVzdG9uZXMiOlt7ImRvbmUiOiJmOTE0NjU2Y2YyN2M4OGVjNTIyNDFlZWU3OGQ0ZDBjMjA1YTc3YmNkMTgxMjJmZWMwNmMxMGY3NDliYjFjZGJlIiwiZHVlIjoiMjAyNi0xMi0zMVQwMDowMDowMFoiLCJpZCI6ImNvbnZleW9yLXRvLXp1cmljaCIsIndoYXQiOiJjb252ZXlvciJ9XSwibm90aWNlIjo2MDQ4MDAsInZlcnNpb24iOjF9LCJwcmVkaWNhdGVUeXBlIjoidXJuOnZpdHJpbmU6YXR0ZXN0YXRpb246cmVzaWRlbmN5LXBvbGljeTp2MSIsInN1YmplY3QiOlt7ImRpZ2VzdCI6eyJzaGEyNTYiOiI2NjUzODRhZjhhMjg5Mzk2OWQ2NDYxMmEyNTdkNzFkNDFjMjg2ZGJkYWVjZmI1M2M4YmM5ZTRlNDk1YmRiMjJlIn0sIm5hbWUiOiJyZXNpZGVuY3ktcG9saWN5In1dfQ==',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          {
            keyid: '3706d85c8895a847eb5d5fd102e902d8a8423a42ff155dc8b9f87e5aefedd3d4',
            sig: 'XRfsb9+MvaMcOuQjhQqTZ8tH8i0HyNfYfD0qg86O8+KU/eYhPP7DqhGgFbYr5GahBC0U3maFcpKzpivIZj1rAg==',
          },
          {
            keyid: '44764f6b3efd5068526259895d74f815a96411f8ca53e4fee311324e0495e7a9',
            sig: 'Imcr3pVia7gNeAR5fhGNm4jDofCyyX/4xy71KT3IFZ0Dvo6791Oj18fpkf6xTKMfmpT3L2n51z7uoQCNEi3aDg==',
          },
          {
            keyid: 'cc6b2dff945035d3360a26085935567f0b77201f5b28f598c61048a95329779d',
            sig: 'MEUCIQCdp5wR/FYn5ILee/RSRN81KtwK0eaiCNvpREl+VLsIvgIgXtyK5cwIg9LavjGSngamMR+DyJZ7r3vB4I7hLcJcZZ8=',
          },
          {
            keyid: 'd4f5a2446da26ed60c4a8b09b0f8e53271ce0e193faa1b7d041b86c5b63b70f5',
            sig: 'EsXc7XJ4XKtuHw45vRkXOk0LXzz92jZ6G9pcUzwkneg7II0qM//+VCvzdLNXZPT+uZkrb5VCmcifHrX6Sov/Bg==',
          },
          {
            keyid: 'e572a46d2e391c453bf51a449fb7786de5a4cf7c3e727eaf750a6b22ea405ac5',
            sig: 'h23Ng0x7ZoAY6ESB06dqrqcVh9GgIccZNcmE65Z8U7IWTJzJr6ZJ97hQGF6loZRBUtkhB2sPSrxvJq9YKFEqCA==',
          },
        ],
      },
      index: 7,
      keyid: 'cc6b2dff945035d3360a26085935567f0b77201f5b28f598c61048a95329779d',
      path: [
        'gmn691bJt8rvGrToWGYPkc2TIBP7k2MR8Kkv8ySUCOU=',
        '1sVM4y8DmQF16LS+JDsoA7k/xTneBF3fiEbHuKiDjKE=',
        '6VMFmhYR7kabsPpV+wTRyaY18BCrRdNsHKwU+cEk+3k=',
        'R6Hwbwt2w0eiu7ekhd2NwNylSVuuDwyM+2jOwZhno9o=',
      ],
    },
  ],
  sealingKeys: [
    {
      envelope: {
        payload:
          'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiY2VudGVyIjoienVyaWNoIiwiY29uc2VudCI6ImJlYTJiN2VlM2Y0OGIzNmZlYzg3Y2RhNWFlMzg2NmU1YTczMDEyMDRhYWE0ZTkyZjc0NDU4ZDdiODRiYTJlNWEiLCJncmFjZVVudGlsIjoiMjAyNi0xMi0wNFQwMDowMDowMFoiLCJub3RBZnRlciI6IjIwMjYtMTEtMjdUMDA6MDA6MDBaIiwibm90QmVmb3JlIjoiMjAyNi0xMS0yMFQwMDowMDowMFoiLCJwb2xpY3kiOjEsInB1YmxpY0tleSI6IkUxdXcrbk8yVXdsZ3VvNE9hRWw1VUJ1eS9kdTJtNGVIQWtWb1VOS2JRcVE9Iiwic3VpdGUiOiJ4MjU1MTktc2hhMjU2LWFlczI1NmdjbSJ9LCJwcmVkaWNhdGVUeXBlIjoidXJuOnZpdHJpbmU6YXR0ZXN0YXRpb246c2VhbGluZy1rZXk6djEiLCJzdWJqZWN0IjpbeyJkaWdlc3QiOnsic2hhMjU2IjoiMDMwZjI3NWU2MjdlOGMyYTc1MmUzNGE2OTg1MTdmMzJhZTkwZmU3ZmJiN2U5ZTQ2ZDUyMTI4OGEwNDNlNjRlMSJ9LCJuYW1lIjoic2VhbGluZy1rZXkifV19',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          {
            keyid: '0b0b2c6c3e67e97a8a23f067c4bef19ce5ea32930397c04b06b9f7d31bf209d1',
            sig: 'jtorIZw+ly+EhwRW/jCXA3bpNMA5c/a1o/DoE/shYLaOeneo+9mN30zYzZdh5FTYDzgmJGuvy5nv+wyLVBnfDQ==',
          },
        ],
      },
      index: 12,
      path: [
        'Wz7EOy4kEQkBO6EZAozS114dQz47N4aYH1UzvqOjF9s=',
        'BRsbRjWPIYcQPEtFH5OQEB2tnMuksOz6d2aQZL+emqo=',
        'IpCKEEtL/pvrn5Dz1bKsZgKREJqLl9eYRDtNAh+Zymw=',
      ],
    },
    {
      envelope: {
        payload:
          'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiY2VudGVyIjoiZnJhbmtmdXJ0IiwiY29uc2VudCI6ImJlYTJiN2VlM2Y0OGIzNmZlYzg3Y2RhNWFlMzg2NmU1YTczMDEyMDRhYWE0ZTkyZjc0NDU4ZDdiODRiYTJlNWEiLCJncmFjZVVudGlsIjoiMjAyNi0xMi0wNFQwMDowMDowMFoiLCJub3RBZnRlciI6IjIwMjYtMTEtMjdUMDA6MDA6MDBaIiwibm90QmVmb3JlIjoiMjAyNi0xMS0yMFQwMDowMDowMFoiLCJwb2xpY3kiOjEsInB1YmxpY0tleSI6Imw0WW1ueFQyZUlraWZaOFVOSnBha0RmRmIxT1pCVFlhNFNmNEx4L05LK3M9Iiwic3VpdGUiOiJ4MjU1MTktc2hhMjU2LWFlczI1NmdjbSJ9LCJwcmVkaWNhdGVUeXBlIjoidXJuOnZpdHJpbmU6YXR0ZXN0YXRpb246c2VhbGluZy1rZXk6djEiLCJzdWJqZWN0IjpbeyJkaWdlc3QiOnsic2hhMjU2IjoiNmJmYWI1MTNkNmUxMjMwNDNjNzk4MTdiZDNhNDIwMTNmNzg2NjY4YTk4ZjNjMzdjMjZjMzMzNDVmYThkMmRjOSJ9LCJuYW1lIjoic2VhbGluZy1rZXkifV19',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          {
            keyid: '6be1f216de6dcb77397723406f769c0d2eac984ed81711ebe3cf50bf6fb82cdc',
            sig: 'uYm8OSl7NTmkW79apaBc/mN507znPVCdgRl+mpYjd/4M/wny7p5WPRlnoh8ap+ApK36j99TJc12l6qKa6hu7Cw==',
          },
        ],
      },
      index: 13,
      path: [
        'TkCJ/C1K5w+D5H0TgprPzj99hXVI5EewyNrPiaEPtXA=',
        'BRsbRjWPIYcQPEtFH5OQEB2tnMuksOz6d2aQZL+emqo=',
        'IpCKEEtL/pvrn5Dz1bKsZgKREJqLl9eYRDtNAh+Zymw=',
      ],
    },
  ],
};
