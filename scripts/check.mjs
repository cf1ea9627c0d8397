import { join } from 'node:path'
import process from 'node:process'
import { runTied } from './children.mjs'
import { root } from './setup/folders.mjs'
import { needs, setUp } from './setup/steps.mjs'

/** `npm run check`: types, lint, format and import rules; all are run, the first failure decides the exit code. */
await setUp(needs.checks)
const checks = [
  ['types', 'vue-tsc/bin/vue-tsc.js', ['--noEmit']],
  ['lint', 'eslint/bin/eslint.js', ['.', '--max-warnings', '0']],
  ['format', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']],
  ['import rules', 'dependency-cruiser/bin/dependency-cruise.mjs', ['src', 'test']]
]
/** Each keeps one core busy, and the types as long as all others together. */
const AT_ONCE = 2
let failed = 0
async function runNext() {
  for (let check; (check = checks.shift());) {
    const [name, script, args] = check
    const status = await runTied(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: root })
    process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}\n`)
    if (status !== 0) failed += 1
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, runNext))
process.exit(failed === 0 ? 0 : 1)
