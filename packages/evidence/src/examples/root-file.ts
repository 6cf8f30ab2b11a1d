// Frozen. With the other files of this folder it verifies as the evidence about an artifact, and must go on so.

import type { Json } from '../json.ts';

export const rootFile: Json = {
  signatures: [
    {
      keyid: '8e5573b3108fe2871b34e25777f75febce91b6b71153f5223b719f636ffcd1db',
      sig: '3045022100dceca2ca9b33869bcc315d75c6a4d0a0c17ab089418a7b032a99a13e0f21a1c002200a8f8d4e5ef29799cc8c8c9f35181756af62ab2ba3fa12704508741d012a837c',
    },
    {
      keyid: '5036be2bcb7335737f1c52b4517f76811a2e4c511ad2ac6123fddc0367db3b91',
      sig: 'd4a6c400c2281ce0c49ec66b44b27ebf8a46425abfad2f59c8e61c2533bd9a58adeb06e7ea27cb91ccd14def5785feed3d5ad6870f7cc904200cc2a8fd4b320a',
    },
    {
      keyid: '3cca4184e1e2282cff57c1ddb071e14103240626dc04b33623db0bb29f87330f',
      sig: '27f76bb44d24c3fd07a6ac252459def573f77931b711c067719b25427ab187356647d3f25a4061566d9f617ec165bc1de2612e7b1b569c8fd60eb83d46ea2506',
    },
    {
      keyid: 'bf2d467043c7826a6640449831bd2269860a8da7e68c7b5b5e1a4f9a3bb3d026',
      sig: '7c1da23498a6d69f2111240fa5b83a773161a90b32adaa2aed538c325811723ebf68dc700b81f5807a3d15691b4473b1e7b3adbe44b10ffaa717c645f8712f0f',
    },
    {
      keyid: '793c07c44cfecab35045adbcfe21621b8466b966e64796e2520b166a0ea68afb',
      sig: '3483eeb78a9236810f587e1efa4c4bfb5e70e5a050f1e57b3d78efa1dcb89b056955b22973790f7cbe32ee14b51a459f9c0c35abdbc2d4895f25c0c4a4ef4902',
    },
    {
      keyid: '0321bd88988c55167d44c37437daea6690f4447602a858bd87348e4d0905d579',
      sig: 'eb9c30ed73cbd87fdf55c90788bfa6ca7033dbe0fd9df46510ceaa7f10616b493f4237c4365592e755ec3250d08c1de93966416f5be6af2dca85ca8fa9624c0c',
    },
  ],
  signed: {
    _type: 'root',
    spec_version: '1.0.31',
    version: 1,
    expires: '2036-01-01T00:00:00Z',
    consistent_snapshot: true,
    keys: {
      '8e5573b3108fe2871b34e25777f75febce91b6b71153f5223b719f636ffcd1db': {
        keytype: 'ecdsa',
        scheme: 'ecdsa-sha2-nistp256',
        keyval: {
          public:
            '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEt0C5Ogpg1dYet97pvo//WyfN6/YE\nefSkMFtPrAg707ttz3RUH+rY9KLtF1cROyv5I2q0BATGU8MfYlhc5U+O1Q==\n-----END PUBLIC KEY-----\n',
        },
      },
      '5036be2bcb7335737f1c52b4517f76811a2e4c511ad2ac6123fddc0367db3b91': {
        keytype: 'ed25519',
        scheme: 'ed25519',
        keyval: {
          public: 'a48f931f2ccabfee5dae570b28b3916356c106ac70f1fd00e8e6f913932cd884',
        },
      },
      '3cca4184e1e2282cff57c1ddb071e14103240626dc04b33623db0bb29f87330f': {
        keytype: 'ed25519',
        scheme: 'ed25519',
        keyval: {
          public: '663ac9df8ba3314de7378e73ab3595e224d401c42429bae3a5505385affd8ed6',
        },
      },
      bf2d467043c7826a6640449831bd2269860a8da7e68c7b5b5e1a4f9a3bb3d026: {
        keytype: 'ed25519',
        scheme: 'ed25519',
        keyval: {
          public: '6f934a77c784df42e68255d2809d7d78e2b71f6d88b952f2168bcc8fd57f3e29',
        },
      },
      '793c07c44cfecab35045adbcfe21621b8466b966e64796e2520b166a0ea68afb': {
        keytype: 'ed25519',
        scheme: 'ed25519',
        keyval: {
          public: '2c26196de7177a838bf497e4172786809a608b3857c495fcb8ce2ddd5d2097e0',
        },
      },
      '0321bd88988c55167d44c37437daea6690f4447602a858bd87348e4d0905d579': {
        keytype: 'ed25519',
        scheme: 'ed25519',
        keyval: {
          public: '04e64b072840a6a110cc7402308185065582c52345e2a1fe34f7431d9f7f83fa',
        },
      },
    },
    roles: {
      root: {
        keyids: [
          '8e5573b3108fe2871b34e25777f75febce91b6b71153f5223b719f636ffcd1db',
          '5036be2bcb7335737f1c52b4517f76811a2e4c511ad2ac6123fddc0367db3b91',
          '3cca4184e1e2282cff57c1ddb071e14103240626dc04b33623db0bb29f87330f',
          'bf2d467043c7826a6640449831bd2269860a8da7e68c7b5b5e1a4f9a3bb3d026',
          '793c07c44cfecab35045adbcfe21621b8466b966e64796e2520b166a0ea68afb',
          '0321bd88988c55167d44c37437daea6690f4447602a858bd87348e4d0905d579',
        ],
        threshold: 5,
      },
      targets: {
        keyids: [
          '8e5573b3108fe2871b34e25777f75febce91b6b71153f5223b719f636ffcd1db',
          '5036be2bcb7335737f1c52b4517f76811a2e4c511ad2ac6123fddc0367db3b91',
          '3cca4184e1e2282cff57c1ddb071e14103240626dc04b33623db0bb29f87330f',
          'bf2d467043c7826a6640449831bd2269860a8da7e68c7b5b5e1a4f9a3bb3d026',
          '793c07c44cfecab35045adbcfe21621b8466b966e64796e2520b166a0ea68afb',
          '0321bd88988c55167d44c37437daea6690f4447602a858bd87348e4d0905d579',
        ],
        threshold: 5,
      },
      snapshot: {
        keyids: [
          '8e5573b3108fe2871b34e25777f75febce91b6b71153f5223b719f636ffcd1db',
          '5036be2bcb7335737f1c52b4517f76811a2e4c511ad2ac6123fddc0367db3b91',
          '3cca4184e1e2282cff57c1ddb071e14103240626dc04b33623db0bb29f87330f',
          'bf2d467043c7826a6640449831bd2269860a8da7e68c7b5b5e1a4f9a3bb3d026',
          '793c07c44cfecab35045adbcfe21621b8466b966e64796e2520b166a0ea68afb',
          '0321bd88988c55167d44c37437daea6690f4447602a858bd87348e4d0905d579',
        ],
        threshold: 5,
      },
      timestamp: {
        keyids: [
          '8e5573b3108fe2871b34e25777f75febce91b6b71153f5223b719f636ffcd1db',
          '5036be2bcb7335737f1c52b4517f76811a2e4c511ad2ac6123fddc0367db3b91',
          '3cca4184e1e2282cff57c1ddb071e14103240626dc04b33623db0bb29f87330f',
          'bf2d467043c7826a6640449831bd2269860a8da7e68c7b5b5e1a4f9a3bb3d026',
          '793c07c44cfecab35045adbcfe21621b8466b966e64796e2520b166a0ea68afb',
          '0321bd88988c55167d44c37437daea6690f4447602a858bd87348e4d0905d579',
        ],
        threshold: 5,
      },
    },
    'x-vitrine': {
      vendor: 'vendor',
      operators: {
        '8e5573b3108fe2871b34e25777f75febce91b6b71153f5223b719f636ffcd1db': 'vendor',
        '5036be2bcb7335737f1c52b4517f76811a2e4c511ad2ac6123fddc0367db3b91': 'vendor',
        '3cca4184e1e2282cff57c1ddb071e14103240626dc04b33623db0bb29f87330f': 'vendor',
        bf2d467043c7826a6640449831bd2269860a8da7e68c7b5b5e1a4f9a3bb3d026: 'supervisor-a',
        '793c07c44cfecab35045adbcfe21621b8466b966e64796e2520b166a0ea68afb': 'supervisor-b',
        '0321bd88988c55167d44c37437daea6690f4447602a858bd87348e4d0905d579': 'trustee',
      },
    },
  },
};
