import { join } from 'node:path'
import process from 'node:process'
import { runnerImport } from 'vite'

/** Prints the PyTorch code of every preset and of COUNT random architectures as JSON, for `pytorch_code.py`. */
const count = Number(process.argv[2] ?? 200)
const { module } = await runnerImport(join(import.meta.dirname, '../support/pytorchCases.ts'))
process.stdout.write(JSON.stringify(module.pytorchCases(count)))
