// Frozen. With the other files of this folder it verifies as the evidence about an artifact, and must go on so.

import type { Json } from '../json.ts';

export const evidenceFile: Json = {
  artifact: { sha256: 'e03c42a6983f07157f42f2e718ca3f7714b36d63b506b19ba0ca0d7e04fea254', size: 1950 },
  checkpoint:
    'log.example/vitrine\n7\nmYYBEyX0Ape6C5BTP9+Fnoa1EHkpuv2lvCqheyNR8GI=\n\n— log.example/vitrine fjHWb+XMBTpKScMkSNL+IZK6KnJQIuD8yaLp8+dkY5eWFojpIXO4UkaiMmDzSO+iYjs/rWypLoOwmLbW2rpDHheTzgo=\n— supervisor-a.example/witness Pm7CkwAAAABrBVIQ3NYrQYuBXKLPZ30Fuc5CRl3eNhF5WStkhzpI1143bL6yzQgOT84kYhFWBNN4k39BD6yyBzyTVcPyJc5jjEQWDA==\n— supervisor-b.example/witness RTwzNAAAAABrBVIQsfcH+EKEe2o1z5f4FARyvF3Ok9hwFJG7lkejYuDLowqkqJN4Id5I5fgcS7T1tb01JIrJIA0BbXtUpG3dYD4gDQ==\n',
  format: 'urn:vitrine:evidence:v1',
  outputs: {
    outputs: [
      {
        path: 'verifier.mjs',
        sha256: 'e03c42a6983f07157f42f2e718ca3f7714b36d63b506b19ba0ca0d7e04fea254',
        size: 1950,
      },
    ],
  },
  statements: [
    {
      envelope: {
        payload:
          'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiYnl0ZXMiOjQwOTYsImZpbGVzIjoxMiwiZ2l0Q29tbWl0IjoiYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYSIsImdpdFRyZWUiOiJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiIiwibGlzdGluZyI6eyJzaGEyNTYiOiJmYTJjOGNjNGYyODE3NmJiZWVkNGI3MzZkZjU2OWEzNGM3OWNkMzcyM2U5ZWM0MmY5Njc0YjRkNDZhYzZiOGI4Iiwic2l6ZSI6MTAwMH0sInByb2R1Y3QiOiJ2ZXJpZmllciJ9LCJwcmVkaWNhdGVUeXBlIjoidXJuOnZpdHJpbmU6YXR0ZXN0YXRpb246c291cmNlOnYxIiwic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6ImRjOWM1ZWRiOGIyZDQ3OWU2OTdiNGIwYjhhYjg3NGYzMmIzMjUxMzg1OThjZTllN2I3NTllYjgyOTIxMTA2MjIifSwibmFtZSI6InRyZWUifV19',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          {
            keyid: '9cf506f256d0e0d2f3e7dd4cb91add71940aa647ed63cee0560008bc8f85f4e5',
            sig: 'QiI907VQTj3+24PnkaINPmmzRaH0HkWR4hajlmBWD26Q0H82NzM/tpCmuJarAkPddZTidG8k7weQVVzaDRU6Dw==',
          },
        ],
      },
      index: 0,
      path: [
        'uV2EmkxLr24i4NyT2beMMNlMNROhIufNytDV6CgLu9I=',
        'dmLofXg/jRinrDAww6HlWE1+vEHSrYPmiRtZB4Cv1A8=',
        'MJOgP/W6CrRBbj+WSkxL/G/sDj4YPSy6o888hTBguDc=',
      ],
    },
    {
      envelope: {
        payload:
          'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiY2xvY2siOjE3OTU1MDcyMDAsImVudmlyb25tZW50Ijp7InBsYXRmb3JtIjoibGludXgteDY0Iiwicm9vdCI6Imhvc3QiLCJzYW5kYm94IjpmYWxzZX0sImxpbWl0cyI6eyJsb2dCeXRlcyI6MTA0ODU3Niwib3V0cHV0Qnl0ZXMiOjY3MTA4ODY0LCJzZWNvbmRzIjo2MDB9LCJtYXRlcmlhbHMiOnsic2hhMjU2IjoiZmEyYzhjYzRmMjgxNzZiYmVlZDRiNzM2ZGY1NjlhMzRjNzljZDM3MjNlOWVjNDJmOTY3NGI0ZDQ2YWM2YjhiOCIsInNpemUiOjEwMDB9LCJwYXJhbWV0ZXJzIjp7fSwicHJvZHVjdCI6InZlcmlmaWVyIiwicmVjaXBlIjp7InBhdGgiOiJwcm9kdWN0cy92ZXJpZmllci9jb252ZXlvci50b21sIiwic2hhMjU2IjoiZmEyYzhjYzRmMjgxNzZiYmVlZDRiNzM2ZGY1NjlhMzRjNzljZDM3MjNlOWVjNDJmOTY3NGI0ZDQ2YWM2YjhiOCJ9LCJzb3VyY2UiOiIzMDRiYWMyZjAxNjkxNWM3MzE5NTU1NmYxNmMxYTIwMjEzMzI1ZjU2MWNiYTM4MTlhMzdhYWViOGM1YzZmYjQ1IiwidmVyc2lvbiI6IjAuMS4wIn0sInByZWRpY2F0ZVR5cGUiOiJ1cm46dml0cmluZTphdHRlc3RhdGlvbjpvcmRlcjp2MSIsInN1YmplY3QiOlt7ImRpZ2VzdCI6eyJzaGEyNTYiOiJkYzljNWVkYjhiMmQ0NzllNjk3YjRiMGI4YWI4NzRmMzJiMzI1MTM4NTk4Y2U5ZTdiNzU5ZWI4MjkyMTEwNjIyIn0sIm5hbWUiOiJ0cmVlIn1dfQ==',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          {
            keyid: 'ed0b437f127ad670552061b0f33ba3d6abac64fd85512d3a0cf8de822243df37',
            sig: 'HcYZaqJx68L6g8jEETTzSMWPuNSBXRxjMK3JhwaycSGY59qiY72ocQfrZgzPvBQRmv2BoXAQjG/H1c+s61GUBA==',
          },
        ],
      },
      index: 1,
      path: [
        'RH6IxTGz9x7iTb79UNZTdUy1AqE2Jmzh9akW8A/6L1I=',
        'dmLofXg/jRinrDAww6HlWE1+vEHSrYPmiRtZB4Cv1A8=',
        'MJOgP/W6CrRBbj+WSkxL/G/sDj4YPSy6o888hTBguDc=',
      ],
    },
    {
      envelope: {
        payload:
          'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiZmluaXNoZWRPbiI6IjIwMjYtMTEtMjRUMDg6NTk6MTBaIiwiaXNvbGF0aW9uIjoiYnViYmxld3JhcCIsIm9yZGVyIjoiYWQxMmU1ZmIxNjYzZDQ3MjFmMjJhMzg5ZGNmNjE2NDkzZjE5Nzg0YzlmMzQ5ZGQ2OTg0ODNkNDdkYzE0YjY2MiIsInJlc3VsdCI6ImJ1aWx0In0sInByZWRpY2F0ZVR5cGUiOiJ1cm46dml0cmluZTphdHRlc3RhdGlvbjpyZWJ1aWxkOnYxIiwic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6ImJlZTljODc4NzVjODQzOWY2M2RkMjA1NjkzNmFkYzY5ZTc2OTRiYTY5NjIxNTkzMGU4YWYzYjhkMDAzOGQ2ZGUifSwibmFtZSI6Im91dHB1dHMifV19',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          {
            keyid: '5481314ff0369b3c73c9d075961b23b5b8dbb505a2d76811dac153e4b92e4ee1',
            sig: 'GOOOE17zlVznFP3y1B0jNQQMy9Ru5EaS77T7MqUYaH3lPR8Xl10aImRFpPPmoXDysjNEhrYBPcgXbAMmic2DAg==',
          },
        ],
      },
      index: 2,
      path: [
        '6bpEj8gjePdd2Qet7lt/RYXz+ChHj87ED46V8cjufWE=',
        'jwEtDLfGIqJEEgtNreLj4kJf3q8bryMZfL69mONGh2I=',
        'MJOgP/W6CrRBbj+WSkxL/G/sDj4YPSy6o888hTBguDc=',
      ],
    },
    {
      envelope: {
        payload:
          'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiYnVpbGREZWZpbml0aW9uIjp7ImJ1aWxkVHlwZSI6InVybjp2aXRyaW5lOmJ1aWxkOmNvbnZleW9yOnYxIiwiZXh0ZXJuYWxQYXJhbWV0ZXJzIjp7Im9yZGVyIjoiYWQxMmU1ZmIxNjYzZDQ3MjFmMjJhMzg5ZGNmNjE2NDkzZjE5Nzg0YzlmMzQ5ZGQ2OTg0ODNkNDdkYzE0YjY2MiJ9LCJpbnRlcm5hbFBhcmFtZXRlcnMiOnsiaXNvbGF0aW9uIjoiYnViYmxld3JhcCJ9LCJyZXNvbHZlZERlcGVuZGVuY2llcyI6W3siZGlnZXN0Ijp7InNoYTI1NiI6ImZhMmM4Y2M0ZjI4MTc2YmJlZWQ0YjczNmRmNTY5YTM0Yzc5Y2QzNzIzZTllYzQyZjk2NzRiNGQ0NmFjNmI4YjgifSwibmFtZSI6Im1hdGVyaWFscyJ9LHsiZGlnZXN0Ijp7InNoYTI1NiI6ImRjOWM1ZWRiOGIyZDQ3OWU2OTdiNGIwYjhhYjg3NGYzMmIzMjUxMzg1OThjZTllN2I3NTllYjgyOTIxMTA2MjIifSwibmFtZSI6InRyZWUifV19LCJydW5EZXRhaWxzIjp7ImJ1aWxkZXIiOnsiaWQiOiJodHRwczovL3ZlbmRvci5leGFtcGxlL2NvbnZleW9yIn0sIm1ldGFkYXRhIjp7ImZpbmlzaGVkT24iOiIyMDI2LTExLTI0VDA4OjU5OjAwWiIsInN0YXJ0ZWRPbiI6IjIwMjYtMTEtMjRUMDg6NTg6MDBaIn19fSwicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8vc2xzYS5kZXYvcHJvdmVuYW5jZS92MSIsInN1YmplY3QiOlt7ImRpZ2VzdCI6eyJzaGEyNTYiOiJiZWU5Yzg3ODc1Yzg0MzlmNjNkZDIwNTY5MzZhZGM2OWU3Njk0YmE2OTYyMTU5MzBlOGFmM2I4ZDAwMzhkNmRlIn0sIm5hbWUiOiJvdXRwdXRzIn1dfQ==',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          {
            keyid: '0f240e104cc6b1fbc53eb68a2fbf331a1b50a61145493879869fea70aadde08e',
            sig: '5gOdOlgpe40FtYp+cveMOwB22jaJfLSWpKbFUjBJI+rI5Ek2X3nDAQxw6Z3oSiqSc6HCu/xJhFKVWL4hnlP6Aw==',
          },
        ],
      },
      index: 3,
      path: [
        'Vn0qQFLEfR5Wv1+wHetTHPuowj/zm32J7uSnFkNwg/4=',
        'jwEtDLfGIqJEEgtNreLj4kJf3q8bryMZfL69mONGh2I=',
        'MJOgP/W6CrRBbj+WSkxL/G/sDj4YPSy6o888hTBguDc=',
      ],
    },
    {
      envelope: {
        payload:
          'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiZmluaXNoZWRPbiI6IjIwMjYtMTEtMjRUMDg6NTk6MTBaIiwiaXNvbGF0aW9uIjoiYnViYmxld3JhcCIsIm9yZGVyIjoiYWQxMmU1ZmIxNjYzZDQ3MjFmMjJhMzg5ZGNmNjE2NDkzZjE5Nzg0YzlmMzQ5ZGQ2OTg0ODNkNDdkYzE0YjY2MiIsInJlc3VsdCI6InJlcHJvZHVjZWQifSwicHJlZGljYXRlVHlwZSI6InVybjp2aXRyaW5lOmF0dGVzdGF0aW9uOnJlYnVpbGQ6djEiLCJzdWJqZWN0IjpbeyJkaWdlc3QiOnsic2hhMjU2IjoiYmVlOWM4Nzg3NWM4NDM5ZjYzZGQyMDU2OTM2YWRjNjllNzY5NGJhNjk2MjE1OTMwZThhZjNiOGQwMDM4ZDZkZSJ9LCJuYW1lIjoib3V0cHV0cyJ9XX0=',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          {
            keyid: 'ff94bbf6a2a40b41a1c7606f1b8c90cc62fda48a8f108b8471577dac4d8cba9e',
            sig: 'zYjUdcuXoOIxMdfMmzo/S9crqluOlb3KQSatVHhQrOJiRt3jzJJF6CyCxDBLGx9do6U4RXcUBZmBzPEUmFFyDA==',
          },
        ],
      },
      index: 4,
      path: [
        'Qogng7prv7Lm4muTypXXnw6a5BrYC/sPVDhj6MhyJv4=',
        'W7q2d8Y6XsIwIGl6/CEAZvNFahs6OQ/uF3uHw3oIYCA=',
        'upmGXDUnmM0BF7f+PaorDtmeLiS2L20M7eGq0LG8O8g=',
      ],
    },
    {
      envelope: {
        payload:
          'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiY2hhbm5lbCI6InN0YWJsZSIsIm9yZGVyIjoiYWQxMmU1ZmIxNjYzZDQ3MjFmMjJhMzg5ZGNmNjE2NDkzZjE5Nzg0YzlmMzQ5ZGQ2OTg0ODNkNDdkYzE0YjY2MiIsIm91dHB1dCI6InZlcmlmaWVyLm1qcyIsInBsYXRmb3JtIjoiYW55IiwicHJvZHVjdCI6InZlcmlmaWVyIiwicHVybCI6InBrZzpnZW5lcmljL3ZlcmlmaWVyQDAuMS4wIiwic2VxdWVuY2UiOjcsInZlcnNpb24iOiIwLjEuMCJ9LCJwcmVkaWNhdGVUeXBlIjoiaHR0cHM6Ly9pbi10b3RvLmlvL2F0dGVzdGF0aW9uL3JlbGVhc2UvdjAuMiIsInN1YmplY3QiOlt7ImRpZ2VzdCI6eyJzaGEyNTYiOiJlMDNjNDJhNjk4M2YwNzE1N2Y0MmYyZTcxOGNhM2Y3NzE0YjM2ZDYzYjUwNmIxOWJhMGNhMGQ3ZTA0ZmVhMjU0In0sIm5hbWUiOiJhcnRpZmFjdCJ9XX0=',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          {
            keyid: 'f4e509d3d316fbcd0ea85108bd2faf76ae560d565aaafe883c44138cadddd251',
            sig: 'MEUCIQD8jrseQs9rjgQXIeSGPao9h+AMZkgnoLCRBcmdRAGq+wIgM0Z9QMngxRsdbnwh4voFLSJ5KbJfuIIMyXZdyFogSdc=',
          },
        ],
      },
      index: 5,
      path: [
        'J0zzCQqBddpZ6aixynq0G6LeF9+9WEH9LWwEoV0bhag=',
        'W7q2d8Y6XsIwIGl6/CEAZvNFahs6OQ/uF3uHw3oIYCA=',
        'upmGXDUnmM0BF7f+PaorDtmeLiS2L20M7eGq0LG8O8g=',
      ],
    },
  ],
};
