import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The page; `scripts/build-page.mjs` runs it. While developing: `vite packages/studio/page` beside `heddle studio`. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: '../dist/page', emptyOutDir: true, target: 'es2024', assetsInlineLimit: 0 },
  server: { proxy: { '/api': 'http://127.0.0.1:4747' } },
});
