import type { Library } from '../library/library'
import { recordEvent } from '../training/recorder'
import type { Recorder } from './runner'

/** Keeps runs in the library. */
export const libraryRecorder = (library: Library): Recorder => ({
  create: (experiment) => library.createRun(experiment),
  reopen: (run) => library.reopenRun(run),
  folder: (run) => library.runFolder(run),
  record: (run, event) => recordEvent(library, run, event),
  beat: (run) => library.beat(run),
  interrupt: (run, cause) => library.setStatus(run, 'interrupted', cause)
})
