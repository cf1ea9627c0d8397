import { say } from './setup/log.mjs'
import { needs, setUp } from './setup/steps.mjs'

/** `npm run setup`: everything the app needs, checked by hashes and made where it is not as it should be. */
await setUp(needs.app, { thorough: true })
say('Everything is in place.')
