import react from '@vitejs/plugin-react';
import type { UserConfig } from 'vite';

// Same-origin files alone (CSP): nothing inline, nothing as a data: address, no polyfill script.
const config: UserConfig = {
  plugins: [react()],
  publicDir: false,
  build: {
    target: 'es2024',
    // The first with light-dark(); verifying here needs later ones.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
};

export default config;
