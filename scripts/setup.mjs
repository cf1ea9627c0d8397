import { say } from './setup/log.mjs'
import { needs, setUp } from './setup/steps.mjs'

/** `npm run setup`: everything the app needs, done once. */
await setUp(needs.app)
say('Everything is in place.')
