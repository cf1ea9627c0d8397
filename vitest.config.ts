import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

/** They train as a user does, which measures this machine for the cache, or look at its memory and speed. */
const alone = ['command', 'doctor', 'ends', 'kill', 'leak', 'memory', 'plans', 'training'].map(
  (name) => `test/engine/${name}.test.ts`
)

/** They use clipboard and pointer, count what is drawn in a time, or compare runs that one measuring must serve. */
const watched = ['app', 'editor', 'kills'].map((name) => `test/e2e/${name}.test.ts`)

/** Test files of which `workers` run at once, in processes of their own: TensorFlow is loaded once a file. */
const group = (name: string, order: number, workers: number, include: string[], exclude: string[] = []) => {
  const runsBuild = name !== 'together'
  return {
    // Tests mount the window's components as they are written, without a build.
    plugins: [vue()],
    test: {
      name,
      // What these run is the build: never that of other sources.
      globalSetup: runsBuild ? ['test/support/freshBuild.ts'] : [],
      include,
      exclude,
      pool: 'forks' as const,
      maxWorkers: workers,
      // Of the tests of a file that may run at once.
      maxConcurrency: 2,
      sequence: { groupOrder: order },
      testTimeout: 120_000,
      hookTimeout: 120_000
    }
  }
}

export default defineConfig({
  test: {
    projects: [
      // Most of what they do, TensorFlow's compiling included, keeps one core busy.
      group('together', 1, 2, ['test/{unit,engine}/**/*.test.ts'], alone),
      group('alone', 2, 1, alone),
      group('windows', 3, 2, ['test/e2e/**/*.test.ts'], watched),
      group('watched windows', 4, 1, watched)
    ]
  }
})
