import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeSyntheticLibrary } from '../../../src/main/cli/bench/syntheticLibrary'
import { indexFolder } from '../../../src/main/library/index/schema'
import { Library } from '../../../src/main/library/library'
import { temporaryFolder } from '../support'

describe('the library of the bench', () => {
  it('holds as many runs and steps as it was asked for, and a rebuild prepares the curves of the long one', async () => {
    const folder = temporaryFolder()
    const made = await writeSyntheticLibrary(folder, 12, 50_000, () => undefined)
    const library = await Library.open(folder)
    try {
      await library.rebuild()
      const runs = library.listRuns()
      expect(runs.filter(({ problem }) => problem)).toEqual([])
      expect(new Set(runs.map(({ id }) => id))).toEqual(new Set(made.map(({ id }) => id)))
      expect(runs.reduce((sum, { steps }) => sum + steps, 0)).toBe(50_000)
      expect(runs.map(({ epochsDone }) => epochsDone)).not.toContain(0)
      const long = made.filter(({ steps }) => steps > 20_000).map(({ id }) => `${id}.f32`)
      expect(long).toHaveLength(1)
      expect(readdirSync(join(indexFolder(folder), 'levels'))).toEqual(long)
    } finally {
      await library.close()
    }
  })
})
