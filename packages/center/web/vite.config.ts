import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Same-origin files alone (CSP): nothing inline, nothing as a data: address, no polyfill script.
export default defineConfig({
  plugins: [react()],
  publicDir: false,
  build: {
    target: 'es2024',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
});
