// Frozen. With the other files of this folder it verifies as the evidence about an artifact, and must go on so.

import type { Json } from '../json.ts';

export const publicationFile: Json = {
  checkpoint:
    'log.example/vitrine\n7\nWxiXvvnRehhV7QBE69giW9MpfOmuPkmxFONLSfoGEG0=\n\n— log.example/vitrine fjHWb2row3cawjWpqi0z2s6c8kw/XwYNnJHRVNbamRGatxsU+Y5eg/DvljH/mGzno9aQEBFEsLDoxNPuUlbVqUD1ggk=\n— supervisor-a.example/witness Pm7CkwAAAABrBVIQLERueuhKztFLo/X2FKIUREZ0ZuxuVaz0cxDwaD173Q/BNB0/ZsezoHSvhAeeTPfe5Oel4EHLyCiVOCDUll1+Cg==\n— supervisor-b.example/witness RTwzNAAAAABrBVIQbVEvVw+/tqCVCKG3JfGozuZc8aql1xrX6B+G7oVs2eTSIfrJXcf6+PkoH0W6ah7bwJ2JypNCyOHcEwiPn+oZBA==\n',
  format: 'urn:vitrine:publication:v1',
  statement: {
    envelope: {
      payload:
        'eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJwcmVkaWNhdGUiOnsiYWN0aXZlIjpbXSwiYXNPZiI6NiwiaXNzdWVkQXQiOiIyMDI2LTExLTI0VDA4OjU5OjMwWiIsInByZXZpb3VzIjpudWxsLCJyb2xlcyI6e30sInJvb3QiOnsic2hhMjU2IjoiNGY3NTk5ZjA5ODUwYzEyODlhNWEyMjY3MDY1MDAyM2QwZDBkZmZkYjM1ZWM1ZGZmYzMxNmVkMGMyNTZkOTliOSIsInZlcnNpb24iOjF9LCJzZXEiOjEsInNuYXBzaG90IjoxfSwicHJlZGljYXRlVHlwZSI6InVybjp2aXRyaW5lOmF0dGVzdGF0aW9uOnB1YmxpY2F0aW9uOnYxIiwic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6IjlkZWFkOGM4OTNkZTE1MTkwNWI5ZWRlZjY1MTY5MmI0Yjg3MzRiNGQ0NGU4NzlhZWRmOGE5ZGM1MGMxNzlmOTcifSwibmFtZSI6InNuYXBzaG90In1dfQ==',
      payloadType: 'application/vnd.in-toto+json',
      signatures: [
        {
          keyid: 'feb34ae917ba1b200b03ab53aeebc95aecb695463a9f5b383c4c0f442f6e251a',
          sig: 'V6Ru04E7UHT5cLYrIcA7WIirWemqByLrJsuBzqaDAZleexbLXQoV/v10EMtVlJZC0Qrl2tGTLh/lRNG4LrGzCQ==',
        },
      ],
    },
    index: 6,
    path: ['R0fr8KcuGnHDEDt8T4dhl4q5gglpt5OnMErbWysjQnk=', '6VMFmhYR7kabsPpV+wTRyaY18BCrRdNsHKwU+cEk+3k='],
  },
};
