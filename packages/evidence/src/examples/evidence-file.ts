// Frozen. With the other files of this folder it verifies as the evidence about an artifact, and must go on so.

import type { Json } from '../json.ts';

export const evidenceFile: Json = {
  artifact: {
    sha256: 'e03c42a6983f07157f42f2e718ca3f7714b36d63b506b19ba0ca0d7e04fea254',
    size: 1950,
  },
  checkpoint:
    'log.example/vitrine\n7\nWxiXvvnRehhV7QBE69giW9MpfOmuPkmxFONLSfoGEG0=\n\n— log.example/vitrine fjHWb2row3cawjWpqi0z2s6c8kw/XwYNnJHRVNbamRGatxsU+Y5eg/DvljH/mGzno9aQEBFEsLDoxNPuUlbVqUD1ggk=\n— supervisor-a.example/witness Pm7CkwAAAABrBVIQLERueuhKztFLo/X2FKIUREZ0ZuxuVaz0cxDwaD173Q/BNB0/ZsezoHSvhAeeTPfe5Oel4EHLyCiVOCDUll1+Cg==\n— supervisor-b.example/witness RTwzNAAAAABrBVIQbVEvVw+/tqCVCKG3JfGozuZc8aql1xrX6B+G7oVs2eTSIfrJXcf6+PkoH0W6ah7bwJ2JypNCyOHcEwiPn+oZBA==\n',
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
        'NMrDyjE+P1EQ5DloNu7RhTqZzrut9Yw3UkuDKUjM9BQ=',
        'inHUyr04Itqw9vpeNn1syX/Eekw5ZNVEXZJIFBMkngw=',
        'RzGLlAmpIJ5fc+N0J1cICZhuotSS2KeCJMzeTxTw8VI=',
      ],
    },
    {
      envelope: {
        payload:
          'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiY2xvY2siOjE3OTU1MDcyMDAsImVudmlyb25tZW50Ijp7InBsYXRmb3JtIjoibGludXgteDY0Iiwicm9vdCI6Imhvc3QiLCJzYW5kYm94IjpmYWxzZX0sImxpbWl0cyI6eyJkaXNrQnl0ZXMiOjQyOTQ5NjcyOTYsImZpbGVzIjoyMDAwMDAsImxvZ0J5dGVzIjoxMDQ4NTc2LCJtZW1vcnlCeXRlcyI6NDI5NDk2NzI5Niwib3V0cHV0Qnl0ZXMiOjY3MTA4ODY0LCJwcm9jZXNzZXMiOjEwMjQsInNlY29uZHMiOjYwMH0sIm1hdGVyaWFscyI6eyJzaGEyNTYiOiJmYTJjOGNjNGYyODE3NmJiZWVkNGI3MzZkZjU2OWEzNGM3OWNkMzcyM2U5ZWM0MmY5Njc0YjRkNDZhYzZiOGI4Iiwic2l6ZSI6MTAwMH0sInBhcmFtZXRlcnMiOnt9LCJwcm9kdWN0IjoidmVyaWZpZXIiLCJyZWNpcGUiOnsicGF0aCI6InByb2R1Y3RzL3ZlcmlmaWVyL2NvbnZleW9yLnRvbWwiLCJzaGEyNTYiOiJmYTJjOGNjNGYyODE3NmJiZWVkNGI3MzZkZjU2OWEzNGM3OWNkMzcyM2U5ZWM0MmY5Njc0YjRkNDZhYzZiOGI4In0sInNvdXJjZSI6IjMwNGJhYzJmMDE2OTE1YzczMTk1NTU2ZjE2YzFhMjAyMTMzMjVmNTYxY2JhMzgxOWEzN2FhZWI4YzVjNmZiNDUiLCJ2ZXJzaW9uIjoiMC4xLjAifSwicHJlZGljYXRlVHlwZSI6InVybjp2aXRyaW5lOmF0dGVzdGF0aW9uOm9yZGVyOnYxIiwic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6ImRjOWM1ZWRiOGIyZDQ3OWU2OTdiNGIwYjhhYjg3NGYzMmIzMjUxMzg1OThjZTllN2I3NTllYjgyOTIxMTA2MjIifSwibmFtZSI6InRyZWUifV19',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          {
            keyid: 'ed0b437f127ad670552061b0f33ba3d6abac64fd85512d3a0cf8de822243df37',
            sig: 'uG/V952JFpPMlPsn7JSrt59BhPu1EbgOTo8IAArzyEgXfgGmTLU6N2V+K5tQbJ9dQ/DQEm4ilOLGkCKDJSs2CA==',
          },
        ],
      },
      index: 1,
      path: [
        'RH6IxTGz9x7iTb79UNZTdUy1AqE2Jmzh9akW8A/6L1I=',
        'inHUyr04Itqw9vpeNn1syX/Eekw5ZNVEXZJIFBMkngw=',
        'RzGLlAmpIJ5fc+N0J1cICZhuotSS2KeCJMzeTxTw8VI=',
      ],
    },
    {
      envelope: {
        payload:
          'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiZmluaXNoZWRPbiI6IjIwMjYtMTEtMjRUMDg6NTk6MTBaIiwiaXNvbGF0aW9uIjoiYnViYmxld3JhcCIsIm9yZGVyIjoiZmM5Zjg2ZmRmNDQwZWRmODJmNmI0MGNkMDFiOWFkYTczZGJmMmM3ZjRmYmIwMzczYjY5ZjZkYTg3ZjYwOTU2MCIsInJlc3VsdCI6ImJ1aWx0In0sInByZWRpY2F0ZVR5cGUiOiJ1cm46dml0cmluZTphdHRlc3RhdGlvbjpyZWJ1aWxkOnYxIiwic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6ImJlZTljODc4NzVjODQzOWY2M2RkMjA1NjkzNmFkYzY5ZTc2OTRiYTY5NjIxNTkzMGU4YWYzYjhkMDAzOGQ2ZGUifSwibmFtZSI6Im91dHB1dHMifV19',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          {
            keyid: '5481314ff0369b3c73c9d075961b23b5b8dbb505a2d76811dac153e4b92e4ee1',
            sig: 'pOjlhn8v9CJKZHZQUMMecJPfzysxetIwcMBnumW1hJF7pShTyDbYXc8SR1IyakYDDIUbDoi7xydbsRoPJpghCg==',
          },
        ],
      },
      index: 2,
      path: [
        'GMRL+wBe+NEPlkUZZiv8kAaAqVunczab2MENBGcmwI8=',
        'Q4hUgVoDop/DnjHWGiJZ22UTg9kqrSq+2x/GaYBxYik=',
        'RzGLlAmpIJ5fc+N0J1cICZhuotSS2KeCJMzeTxTw8VI=',
      ],
    },
    {
      envelope: {
        payload:
          'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiYnVpbGREZWZpbml0aW9uIjp7ImJ1aWxkVHlwZSI6InVybjp2aXRyaW5lOmJ1aWxkOmNvbnZleW9yOnYxIiwiZXh0ZXJuYWxQYXJhbWV0ZXJzIjp7Im9yZGVyIjoiZmM5Zjg2ZmRmNDQwZWRmODJmNmI0MGNkMDFiOWFkYTczZGJmMmM3ZjRmYmIwMzczYjY5ZjZkYTg3ZjYwOTU2MCJ9LCJpbnRlcm5hbFBhcmFtZXRlcnMiOnsiaXNvbGF0aW9uIjoiYnViYmxld3JhcCJ9LCJyZXNvbHZlZERlcGVuZGVuY2llcyI6W3siZGlnZXN0Ijp7InNoYTI1NiI6ImZhMmM4Y2M0ZjI4MTc2YmJlZWQ0YjczNmRmNTY5YTM0Yzc5Y2QzNzIzZTllYzQyZjk2NzRiNGQ0NmFjNmI4YjgifSwibmFtZSI6Im1hdGVyaWFscyJ9LHsiZGlnZXN0Ijp7InNoYTI1NiI6ImRjOWM1ZWRiOGIyZDQ3OWU2OTdiNGIwYjhhYjg3NGYzMmIzMjUxMzg1OThjZTllN2I3NTllYjgyOTIxMTA2MjIifSwibmFtZSI6InRyZWUifV19LCJydW5EZXRhaWxzIjp7ImJ1aWxkZXIiOnsiaWQiOiJodHRwczovL3ZlbmRvci5leGFtcGxlL2NvbnZleW9yIn0sIm1ldGFkYXRhIjp7ImZpbmlzaGVkT24iOiIyMDI2LTExLTI0VDA4OjU5OjAwWiIsInN0YXJ0ZWRPbiI6IjIwMjYtMTEtMjRUMDg6NTg6MDBaIn19fSwicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8vc2xzYS5kZXYvcHJvdmVuYW5jZS92MSIsInN1YmplY3QiOlt7ImRpZ2VzdCI6eyJzaGEyNTYiOiJiZWU5Yzg3ODc1Yzg0MzlmNjNkZDIwNTY5MzZhZGM2OWU3Njk0YmE2OTYyMTU5MzBlOGFmM2I4ZDAwMzhkNmRlIn0sIm5hbWUiOiJvdXRwdXRzIn1dfQ==',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          {
            keyid: '0f240e104cc6b1fbc53eb68a2fbf331a1b50a61145493879869fea70aadde08e',
            sig: 'bRzbR6fZP20WSb9lNEr0+QaZ/1vC/Ce83IYNHn8LN9uyhraYU386F7WpLsFPJvFFRJECILrBVUD+cMMDW8qkBQ==',
          },
        ],
      },
      index: 3,
      path: [
        '0yL2hBASLn3o+Cb0PftniczlSCk/bV8D4cVY/tZJDpQ=',
        'Q4hUgVoDop/DnjHWGiJZ22UTg9kqrSq+2x/GaYBxYik=',
        'RzGLlAmpIJ5fc+N0J1cICZhuotSS2KeCJMzeTxTw8VI=',
      ],
    },
    {
      envelope: {
        payload:
          'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiZmluaXNoZWRPbiI6IjIwMjYtMTEtMjRUMDg6NTk6MTBaIiwiaXNvbGF0aW9uIjoiYnViYmxld3JhcCIsIm9yZGVyIjoiZmM5Zjg2ZmRmNDQwZWRmODJmNmI0MGNkMDFiOWFkYTczZGJmMmM3ZjRmYmIwMzczYjY5ZjZkYTg3ZjYwOTU2MCIsInJlc3VsdCI6InJlcHJvZHVjZWQifSwicHJlZGljYXRlVHlwZSI6InVybjp2aXRyaW5lOmF0dGVzdGF0aW9uOnJlYnVpbGQ6djEiLCJzdWJqZWN0IjpbeyJkaWdlc3QiOnsic2hhMjU2IjoiYmVlOWM4Nzg3NWM4NDM5ZjYzZGQyMDU2OTM2YWRjNjllNzY5NGJhNjk2MjE1OTMwZThhZjNiOGQwMDM4ZDZkZSJ9LCJuYW1lIjoib3V0cHV0cyJ9XX0=',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          {
            keyid: 'ff94bbf6a2a40b41a1c7606f1b8c90cc62fda48a8f108b8471577dac4d8cba9e',
            sig: '+lhtaIUluPsp63vDVEjOkdLD5HKgUGvNkEBZdA3jolDfMxglpJaO61wDBGwBlfH5f1HCmk/0Y2m2TB0C9aSHDQ==',
          },
        ],
      },
      index: 4,
      path: [
        '2Ic0KNH71InoMVOIs/HMy6IxdVHEzVv4K2JAH/EDT24=',
        'W7q2d8Y6XsIwIGl6/CEAZvNFahs6OQ/uF3uHw3oIYCA=',
        '6VMFmhYR7kabsPpV+wTRyaY18BCrRdNsHKwU+cEk+3k=',
      ],
    },
    {
      envelope: {
        payload:
          'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiY2hhbm5lbCI6InN0YWJsZSIsIm9yZGVyIjoiZmM5Zjg2ZmRmNDQwZWRmODJmNmI0MGNkMDFiOWFkYTczZGJmMmM3ZjRmYmIwMzczYjY5ZjZkYTg3ZjYwOTU2MCIsIm91dHB1dCI6InZlcmlmaWVyLm1qcyIsInBsYXRmb3JtIjoiYW55IiwicHJvZHVjdCI6InZlcmlmaWVyIiwicHVybCI6InBrZzpnZW5lcmljL3ZlcmlmaWVyQDAuMS4wIiwic2VxdWVuY2UiOjcsInZlcnNpb24iOiIwLjEuMCJ9LCJwcmVkaWNhdGVUeXBlIjoiaHR0cHM6Ly9pbi10b3RvLmlvL2F0dGVzdGF0aW9uL3JlbGVhc2UvdjAuMiIsInN1YmplY3QiOlt7ImRpZ2VzdCI6eyJzaGEyNTYiOiJlMDNjNDJhNjk4M2YwNzE1N2Y0MmYyZTcxOGNhM2Y3NzE0YjM2ZDYzYjUwNmIxOWJhMGNhMGQ3ZTA0ZmVhMjU0In0sIm5hbWUiOiJhcnRpZmFjdCJ9XX0=',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          {
            keyid: 'f4e509d3d316fbcd0ea85108bd2faf76ae560d565aaafe883c44138cadddd251',
            sig: 'MEQCID17Z54gahVhTcnkl8b0txUAC3A/AZoci4/0JiHzC1YLAiAbCRUouVBEsKrS7GhJShEcFfWTD2tcziIN4VurADN9MA==',
          },
        ],
      },
      index: 5,
      path: [
        '99+dXV62Z9qogSLgGGnPWX68Q6fGGy4bizpYnIqucX4=',
        'W7q2d8Y6XsIwIGl6/CEAZvNFahs6OQ/uF3uHw3oIYCA=',
        '6VMFmhYR7kabsPpV+wTRyaY18BCrRdNsHKwU+cEk+3k=',
      ],
    },
  ],
};
