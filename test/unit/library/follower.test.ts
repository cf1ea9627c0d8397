import { describe, expect, it } from 'vitest'
import { Library } from '../../../src/main/library/library'
import type { LibraryChange } from '../../../src/shared/run/change'
import { announceRun } from '../../../src/main/run/announce'
import { addRun, append, ended, epochRecord, started } from '../../support/runFolders'
import { temporaryFolder } from '../support'

describe('a run that ended long ago and goes on', () => {
  it('is seen with the next look when it is announced, before its turn has come', async () => {
    const folder = temporaryFolder()
    const runs: { id: string; folder: string }[] = []
    for (let count = 0; count < 3; count++) runs.push(await addRun(folder, [started(1), epochRecord(0), ended()]))
    // In the order in which they are looked at.
    runs.sort((a, b) => (a.id < b.id ? -1 : 1))
    const library = await Library.open(folder)
    await library.refresh()
    const told: LibraryChange[] = []
    library.subscribe((change) => told.push(change))
    const { follower } = library as unknown as { follower: { look(): Promise<void>; coldFrom: number } }
    await follower.look()
    // As if each had its turn just now, and the last change were long ago.
    const { known } = follower as unknown as { known: Map<string, { changedAt: number }> }
    for (const one of known.values()) one.changedAt = -Infinity
    follower.coldFrom = 1
    await append(runs[0]!.folder, [started(1, 1, 1), epochRecord(1)])
    await follower.look()
    expect(told).toEqual([])
    follower.coldFrom = 1
    await announceRun(runs[0]!.folder)
    await follower.look()
    expect(told).toMatchObject([{ type: 'run-changed', run: { id: runs[0]!.id, epochsDone: 2 } }])
    await library.close()
  })
})
