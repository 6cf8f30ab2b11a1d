// Frozen. With the other files of this folder it verifies as the evidence about an artifact, and must go on so.

import type { Json } from '../json.ts';

export const publicationFile: Json = {
  checkpoint:
    'log.example/vitrine\n7\nmYYBEyX0Ape6C5BTP9+Fnoa1EHkpuv2lvCqheyNR8GI=\n\n— log.example/vitrine fjHWb+XMBTpKScMkSNL+IZK6KnJQIuD8yaLp8+dkY5eWFojpIXO4UkaiMmDzSO+iYjs/rWypLoOwmLbW2rpDHheTzgo=\n— supervisor-a.example/witness Pm7CkwAAAABrBVIQ3NYrQYuBXKLPZ30Fuc5CRl3eNhF5WStkhzpI1143bL6yzQgOT84kYhFWBNN4k39BD6yyBzyTVcPyJc5jjEQWDA==\n— supervisor-b.example/witness RTwzNAAAAABrBVIQsfcH+EKEe2o1z5f4FARyvF3Ok9hwFJG7lkejYuDLowqkqJN4Id5I5fgcS7T1tb01JIrJIA0BbXtUpG3dYD4gDQ==\n',
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
    path: ['9kgxHsB4xLgad4Yu3M4CQIRPgNbRo/Z5J//IxI67sl4=', 'upmGXDUnmM0BF7f+PaorDtmeLiS2L20M7eGq0LG8O8g='],
  },
};
