import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // TensorFlow is loaded once a file, and each file has the machine to itself.
    pool: 'forks',
    fileParallelism: false,
    include: ['test/{unit,engine,e2e}/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000
  }
})
