import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

// One bundle for the Electron of npm and for the older one that closed networks get: see README.
const NODE_TARGET = 'node16.17'
const CHROME_TARGET = 'chrome108'
const cjs = { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' } as const
const external = ['electron', '@tensorflow/tfjs-node-gpu', 'libsql']

export default defineConfig({
  main: {
    build: {
      target: NODE_TARGET,
      externalizeDeps: false,
      rollupOptions: {
        external: [...external, /^node:/],
        input: {
          index: resolve('src/main/index.ts'),
          trainer: resolve('src/main/training/trainer.ts'),
          cli: resolve('src/main/cli.ts')
        },
        output: cjs
      }
    }
  },
  preload: {
    build: {
      target: NODE_TARGET,
      externalizeDeps: false,
      rollupOptions: {
        external: ['electron'],
        input: { index: resolve('src/preload/index.ts') },
        output: cjs
      }
    }
  },
  renderer: {
    root: 'src/renderer',
    build: {
      target: CHROME_TARGET,
      rollupOptions: { input: { index: resolve('src/renderer/index.html') } }
    },
    plugins: [vue()]
  }
})
