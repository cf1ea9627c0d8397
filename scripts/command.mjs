import { join } from 'node:path'
import process from 'node:process'
import { hangUpWithNpm } from './children.mjs'
import { root } from './setup/folders.mjs'
import { load } from './setup/load.mjs'
import { needs, setUp } from './setup/steps.mjs'

/** `npm run train` and the like: sets up what is missing, then becomes the command line in this process. */
const WITHOUT_TENSORFLOW = ['runs', 'library']
const steps = WITHOUT_TENSORFLOW.includes(process.argv[2]) ? needs.records : needs.engine
hangUpWithNpm()
await setUp(steps)
const entry = join(root, 'out/main/cli.cjs')
process.argv[1] = entry
await load(entry, steps)
