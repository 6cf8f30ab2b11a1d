// Frozen. With the other files of this folder it verifies as the evidence about an artifact, and must go on so.

import type { Json } from '../json.ts';

export const publicationFile: Json = {
  checkpoint:
    'log.example/vitrine\n7\nrJwiGn1qfoE+9kph/MFq/D/Nw/kGeCgssbvXD43OlOs=\n\n— log.example/vitrine fjHWb8DmV2upbz8UzM/G+LvhfvxgWpuueUHQRIrkpdKWR8bBJBK2D4oFKHLE8ECuTpl1VN73elT3gw3MpuLO3cbcUg8=\n— supervisor-a.example/witness Pm7CkwAAAABrBVIQqkMqNbhgu7keYpHV7s63rHaOFGjavqmfim9wtm2EM6LHfLyp3kywP/8dqD9u1tZfUsQxrG9OPpvEXAURjw5tBQ==\n— supervisor-b.example/witness RTwzNAAAAABrBVIQo8wEZgmPm4xDIFZUNzzlNUrr/SUWDE86win7JuGBIShMnazcwMqjYBcu3E4qiWCYtaBtyFCo3BieW64+cgs5Ag==\n',
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
    path: ['oEx1Omxoxy/Mh+2yD02+Hbfn4TxUMqfmpcDxrJ2Mmd8=', '6VMFmhYR7kabsPpV+wTRyaY18BCrRdNsHKwU+cEk+3k='],
  },
};
