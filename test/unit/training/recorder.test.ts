import { expect, it } from 'vitest'
import { Library } from '../../../src/main/library/library'
import { recordEvent } from '../../../src/main/training/recorder'
import type { ErrorRecord } from '../../../src/shared/ipc/error'
import { temporaryFolder } from '../support'
import { smallExperiment } from './pretend'

it('a process that is refused a run which another one trains does not record its end', () => {
  const library = Library.open(temporaryFolder())
  const run = library.createRun(smallExperiment())
  const end = (error: ErrorRecord): void => {
    recordEvent(library, run, { type: 'ended', status: 'failed', error, early: false })
  }
  end({ code: 'run-in-progress', parameters: { id: run, pid: 1, host: 'here' } })
  end({ code: 'run-elsewhere', parameters: { id: run, host: 'there' } })
  expect(library.getRun(run).status).toBe('running')
  end({ code: 'disk-full', parameters: { file: 'journal' } })
  expect(library.getRun(run)).toMatchObject({ status: 'failed', error: { code: 'disk-full' } })
  library.close()
})
