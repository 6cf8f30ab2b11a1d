// Frozen. With the other files of this folder it verifies as the evidence about an artifact, and must go on so.

import type { Json } from '../json.ts';

export const publicationFile: Json = {
  checkpoint:
    'log.example/vitrine\n7\n58sYo4IbdUGYIJ8Ws1oytuG9FrbcIEsSpNEi2bLrwGI=\n\n— log.example/vitrine fjHWb/vz8hXU309PEVDq8O9xP3okx43TS7cQuLOZO4S+Qp0XfA92tFiuM48fKoMPVqN5UW/kq5Dvx8sZXe7C8q0Asw4=\n— supervisor-a.example/witness Pm7CkwAAAABrBVIQm1H7y2CF9i0HGfoTbj7RR7p/7a4etZ3RByxM6uRhlLE256Ncp7Gr0Lr7pBaK52UAlLYmZ2Ux3kE/uarBo1GXCg==\n— supervisor-b.example/witness RTwzNAAAAABrBVIQt2kU+t2PwYgfrXBQcXvEprw4b4MCB5w0h1yojPGF/2z7S4pfySSolSnJfXAap0u/9n883UWNRnFjP9wr8kcsDA==\n',
  format: 'urn:vitrine:publication:v1',
  statement: {
    envelope: {
      payload:
        'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiYWN0aXZlIjpbXSwiYXNPZiI6NiwiaXNzdWVkQXQiOiIyMDI2LTExLTI0VDA4OjU5OjMwWiIsInByZXZpb3VzIjpudWxsLCJyb2xlcyI6e30sInJvb3QiOnsic2hhMjU2IjoiM2E0MzVlMjAxNzE5MDA5NzQwZDQ4ODM5MDhmNGEyOWU4ZTA5ZjU0OGVmNGVmOGJlMmFlY2NmMjFhMDc5OTE4NSIsInZlcnNpb24iOjF9LCJzZXEiOjEsInNuYXBzaG90IjoxfSwicHJlZGljYXRlVHlwZSI6InVybjp2aXRyaW5lOmF0dGVzdGF0aW9uOnB1YmxpY2F0aW9uOnYxIiwic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6IjlkZWFkOGM4OTNkZTE1MTkwNWI5ZWRlZjY1MTY5MmI0Yjg3MzRiNGQ0NGU4NzlhZWRmOGE5ZGM1MGMxNzlmOTcifSwibmFtZSI6InNuYXBzaG90In1dfQ==',
      payloadType: 'application/vnd.in-toto+json',
      signatures: [
        {
          keyid: 'feb34ae917ba1b200b03ab53aeebc95aecb695463a9f5b383c4c0f442f6e251a',
          sig: 'aptM6G4vUDmfvMv8P/U0oE56JqgGbdxmhcNPo15rygZxOPEB7P1yYnGyWT3dTxpLg/IaFWc/DJ4VpAudFAMDBQ==',
        },
      ],
    },
    index: 6,
    path: ['9kgxHsB4xLgad4Yu3M4CQIRPgNbRo/Z5J//IxI67sl4=', 'upmGXDUnmM0BF7f+PaorDtmeLiS2L20M7eGq0LG8O8g='],
  },
};
