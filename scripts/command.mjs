import { join } from 'node:path'
import process from 'node:process'
import { hangUpWithNpm } from './children.mjs'
import { root } from './setup/folders.mjs'
import { load } from './setup/load.mjs'
import { needs, setUp } from './setup/steps.mjs'

/** `npm run train` and the like: sets up what is missing, then becomes the command line in this process. */
hangUpWithNpm()
await setUp(needs.engine)
const entry = join(root, 'out/main/cli.cjs')
process.argv[1] = entry
await load(entry, needs.engine)
