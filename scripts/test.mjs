import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { runTied } from './children.mjs'
import { root } from './setup/folders.mjs'
import { say } from './setup/log.mjs'
import { needs, setUp } from './setup/steps.mjs'

/** `npm test`: sets up what is missing, then checks, unit, engine and end-to-end tests; ends with one line of counts. */
await setUp(needs.tests)
const reports = mkdtempSync(join(tmpdir(), 'residuum-reports-'))
process.on('exit', () => rmSync(reports, { recursive: true, force: true }))
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const counts = { passed: 0, failed: 0, skipped: 0 }

async function run(command, args, options) {
  return (await runTied(command, args, { cwd: root, ...options })) === 0
}

async function test(name, folders, virtualDisplay = false) {
  const file = join(reports, `${name}.json`)
  const args = [vitest, 'run', ...folders, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const ok = virtualDisplay
    ? await run('xvfb-run', ['-a', '-s', '-screen 0 1920x1200x24', process.execPath, ...args], { family: true })
    : await run(process.execPath, args)
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'))
    counts.passed += report.numPassedTests
    counts.failed += report.numFailedTests
    counts.skipped += report.numPendingTests
  } catch {
    counts.failed += 1
  }
  return ok
}

const display = process.platform !== 'linux' || Boolean(process.env.DISPLAY)
const ok = [
  await run(process.execPath, [join(root, 'scripts/check.mjs')]),
  await test('unit', ['test/unit', 'test/engine']),
  // Each end-to-end test goes on from the one before.
  await test('e2e', ['test/e2e', '--bail=1'], !display)
]
say('')
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
process.exit(ok.every(Boolean) ? 0 : 1)
