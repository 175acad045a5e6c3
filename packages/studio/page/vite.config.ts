import react from '@vitejs/plugin-react';
import { type BuildEnvironmentOptions, defineConfig } from 'vite';

const COMMON: BuildEnvironmentOptions = { emptyOutDir: true, target: 'es2024', assetsInlineLimit: 0 };

/** One script without modules: what a page opened from a file may load. */
const FOR_EXPORTS: BuildEnvironmentOptions = {
  ...COMMON,
  assetsInlineLimit: Number.MAX_SAFE_INTEGER,
  cssCodeSplit: false,
  outDir: '../dist/export',
  rolldownOptions: {
    input: 'src/main.tsx',
    output: {
      format: 'iife',
      codeSplitting: false,
      entryFileNames: 'studio.js',
      assetFileNames: 'studio[extname]',
    },
  },
};

/**
 * The page, and with `--mode export` what `heddle studio export` copies; `scripts/build-page.mjs` makes both. While
 * developing: `vite packages/studio/page` beside `heddle studio`.
 */
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  plugins: [react()],
  build: mode === 'export' ? FOR_EXPORTS : { ...COMMON, outDir: '../dist/page' },
  server: { proxy: { '/api': 'http://127.0.0.1:4747' } },
}));
