import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { canLoad, examine } from './setup/examine.mjs'
import { root } from './setup/folders.mjs'
import { device, hideUnusable } from './setup/gpu.mjs'
import { say } from './setup/log.mjs'

/**
 * `npm run doctor [-- --json]`: what set-up made and what TensorFlow says of itself, each with its cure. Changes nothing.
 * TensorFlow is loaded in a process of its own, since a damaged one ends it. Exits with 1 where training cannot work.
 */
let json
try {
  ;({ json } = parseArgs({ options: { json: { type: 'boolean', default: false } } }).values)
} catch (error) {
  say(`${error.message.split('\n')[0]}\nusage: npm run doctor -- [--json]`)
  process.exit(2)
}

/** What the engine reports, or a finding that says why it cannot. */
function examineEngine() {
  if (!canLoad()) {
    return {
      device: null,
      findings: [{ ok: false, text: 'TensorFlow is not loaded: see above', cure: 'npm run setup' }]
    }
  }
  hideUnusable()
  const { stdout, signal } = spawnSync(process.execPath, [join(root, 'out/main/cli.cjs'), 'doctor'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit']
  })
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1))
  } catch {
    const text = `the process that loads TensorFlow ended${signal ? ` by ${signal}` : ' without an answer'}`
    const cure = 'npm run setup; if nothing is damaged, this processor may lack AVX, which TensorFlow needs'
    return { device: null, findings: [{ ok: false, text, cure }] }
  }
}

say('Every file that set-up made is hashed; this takes some seconds.')
const made = examine()
const engine = examineEngine()
const findings = [...made, ...engine.findings]
if (device().device === 'gpu' && engine.device?.kind === 'cpu') {
  const cure = 'See the lines on the GPU above; RESIDUUM_DEVICE=cpu keeps set-up to the CPU.'
  findings.push({ ok: false, text: 'a GPU fits, but TensorFlow does not use it', cure })
}
const ok = findings.every((finding) => finding.ok)
if (json) process.stdout.write(`${JSON.stringify({ ok, device: engine.device, findings })}\n`)
else {
  for (const finding of findings) {
    const label = finding.ok ? (finding.warning ? 'warn ' : 'ok   ') : 'FAIL '
    process.stdout.write(`${label} ${finding.text}\n${finding.cure ? `      ${finding.cure}\n` : ''}`)
  }
}
process.exit(ok ? 0 : 1)
