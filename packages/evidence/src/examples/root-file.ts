// Frozen. With the other files of this folder it verifies as the evidence about an artifact, and must go on so.

import type { Json } from '../json.ts';

export const rootFile: Json = {
  signatures: [
    {
      keyid: '0321bd88988c55167d44c37437daea6690f4447602a858bd87348e4d0905d579',
      sig: '438854b24a70fbc90b6526bcd3091ffccdd5f0d9d0f101df398c9c008280a66b109bac2ce035a61ef92efba14baca1e3a630c5de627b370baed7a0eb6d162603',
    },
    {
      keyid: '3cca4184e1e2282cff57c1ddb071e14103240626dc04b33623db0bb29f87330f',
      sig: 'b8dfdc5dfb39695b42c165fad728688be80e6d087118176d0820e61f4b00cfe09e52b2ba7e2c8ce8c50bb5182112a71af8a64362fb8fba0068f27e0bf0162308',
    },
    {
      keyid: '5036be2bcb7335737f1c52b4517f76811a2e4c511ad2ac6123fddc0367db3b91',
      sig: '59d09b0a7435b3632968d50f01aa68485619998c11b0735c5903a4c247d17067de6ad2836552a238ecf9d5bd5843786853131d2f94b86f565a1df9fdb524e205',
    },
    {
      keyid: '780ec7e11e260c7ce0b89985d20b8d2f27ca6213ad7013cc7849a64e798b7259',
      sig: '304402205cf23782c7ac2df5af3d9f7a22b1c0c0d52bd37248bb8e01e3a6853adce1cf6c0220457f5ead8673bf8ee2d8bb8ef335f30fa233841dfe00b3e7bd000a383e346356',
    },
    {
      keyid: '793c07c44cfecab35045adbcfe21621b8466b966e64796e2520b166a0ea68afb',
      sig: '360ddab800142feda07dbd840b52852f8aec9efd807dffd75f2258435ed187f6f8eca0fdbbc7b76b880fc19fdfc2cb2fcb5a4c5b9bee7bb1a5d4d8c99c717700',
    },
    {
      keyid: 'bf2d467043c7826a6640449831bd2269860a8da7e68c7b5b5e1a4f9a3bb3d026',
      sig: '9ca117c4181548e0168959ebef19edf9810498c040d6dfd365c04e948878c61206f901dba2f5d5039ba7f4afc4474f6406d9d31481d3f354104c3046ee5a630d',
    },
  ],
  signed: {
    _type: 'root',
    consistent_snapshot: true,
    expires: '2036-01-01T00:00:00Z',
    keys: {
      '0321bd88988c55167d44c37437daea6690f4447602a858bd87348e4d0905d579': {
        keytype: 'ed25519',
        keyval: { public: '04e64b072840a6a110cc7402308185065582c52345e2a1fe34f7431d9f7f83fa' },
        scheme: 'ed25519',
      },
      '3cca4184e1e2282cff57c1ddb071e14103240626dc04b33623db0bb29f87330f': {
        keytype: 'ed25519',
        keyval: { public: '663ac9df8ba3314de7378e73ab3595e224d401c42429bae3a5505385affd8ed6' },
        scheme: 'ed25519',
      },
      '5036be2bcb7335737f1c52b4517f76811a2e4c511ad2ac6123fddc0367db3b91': {
        keytype: 'ed25519',
        keyval: { public: 'a48f931f2ccabfee5dae570b28b3916356c106ac70f1fd00e8e6f913932cd884' },
        scheme: 'ed25519',
      },
      '780ec7e11e260c7ce0b89985d20b8d2f27ca6213ad7013cc7849a64e798b7259': {
        keytype: 'ecdsa',
        keyval: {
          public:
            '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEt0C5Ogpg1dYet97pvo//WyfN6/YE\nefSkMFtPrAg707ttz3RUH+rY9KLtF1cROyv5I2q0BATGU8MfYlhc5U+O1Q==\n-----END PUBLIC KEY-----\n',
        },
        scheme: 'ecdsa-sha2-nistp256',
      },
      '793c07c44cfecab35045adbcfe21621b8466b966e64796e2520b166a0ea68afb': {
        keytype: 'ed25519',
        keyval: { public: '2c26196de7177a838bf497e4172786809a608b3857c495fcb8ce2ddd5d2097e0' },
        scheme: 'ed25519',
      },
      bf2d467043c7826a6640449831bd2269860a8da7e68c7b5b5e1a4f9a3bb3d026: {
        keytype: 'ed25519',
        keyval: { public: '6f934a77c784df42e68255d2809d7d78e2b71f6d88b952f2168bcc8fd57f3e29' },
        scheme: 'ed25519',
      },
    },
    roles: {
      root: {
        keyids: [
          '780ec7e11e260c7ce0b89985d20b8d2f27ca6213ad7013cc7849a64e798b7259',
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
          '780ec7e11e260c7ce0b89985d20b8d2f27ca6213ad7013cc7849a64e798b7259',
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
          '780ec7e11e260c7ce0b89985d20b8d2f27ca6213ad7013cc7849a64e798b7259',
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
          '780ec7e11e260c7ce0b89985d20b8d2f27ca6213ad7013cc7849a64e798b7259',
          '5036be2bcb7335737f1c52b4517f76811a2e4c511ad2ac6123fddc0367db3b91',
          '3cca4184e1e2282cff57c1ddb071e14103240626dc04b33623db0bb29f87330f',
          'bf2d467043c7826a6640449831bd2269860a8da7e68c7b5b5e1a4f9a3bb3d026',
          '793c07c44cfecab35045adbcfe21621b8466b966e64796e2520b166a0ea68afb',
          '0321bd88988c55167d44c37437daea6690f4447602a858bd87348e4d0905d579',
        ],
        threshold: 5,
      },
    },
    spec_version: '1.0.31',
    version: 1,
    'x-vitrine': {
      operators: {
        '0321bd88988c55167d44c37437daea6690f4447602a858bd87348e4d0905d579': 'trustee',
        '3cca4184e1e2282cff57c1ddb071e14103240626dc04b33623db0bb29f87330f': 'vendor',
        '5036be2bcb7335737f1c52b4517f76811a2e4c511ad2ac6123fddc0367db3b91': 'vendor',
        '780ec7e11e260c7ce0b89985d20b8d2f27ca6213ad7013cc7849a64e798b7259': 'vendor',
        '793c07c44cfecab35045adbcfe21621b8466b966e64796e2520b166a0ea68afb': 'supervisor-b',
        bf2d467043c7826a6640449831bd2269860a8da7e68c7b5b5e1a4f9a3bb3d026: 'supervisor-a',
      },
      vendor: 'vendor',
    },
  },
};
