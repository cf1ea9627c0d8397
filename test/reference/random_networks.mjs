import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { runnerImport } from 'vite'

/**
 * Runs networks for `random_networks.py`: each line of standard input is `{"base", "algorithm"}`, where
 * BASE.json is an architecture and BASE.safetensors has pictures, labels and values; each line of standard output
 * names the file of results or says what was wrong.
 */
// The engine is built as CommonJS and finds TensorFlow from its own file.
globalThis.__filename = import.meta.filename
const { module } = await runnerImport(join(import.meta.dirname, '../support/networkRuns.ts'))
for await (const line of createInterface({ input: process.stdin })) {
  const { base, algorithm } = JSON.parse(line)
  const answer = await module
    .runFiles(base, algorithm)
    .then((output) => ({ output }))
    .catch((error) => ({ error: String(error.stack ?? error).slice(0, 2000) }))
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
