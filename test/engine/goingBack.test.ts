import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { ownerOf, takeOwnership } from '../../src/main/run/owner'
import { identity } from '../../src/main/run/process'
import { fiveSteps, runIn } from './runSupport'

const root = mkdtempSync(join(tmpdir(), 'residuum-back-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

it('a run that goes back to an earlier checkpoint owns its folder, keeps that one and drops what comes after it', async () => {
  const { folder } = await runIn(root, fiveSteps({ epochs: 3 }))
  expect(await ownerOf(folder)).toBeNull()
  const evaluations = (): string[] => readdirSync(join(folder, 'evaluations')).filter((name) => /^epoch/.test(name))
  const manifests = (): string[] => readdirSync(folder).filter((name) => /^step-.*\.json$/.test(name))
  expect(evaluations().sort()).toEqual(['epoch-00000.bin', 'epoch-00001.bin', 'epoch-00002.bin'])
  writeFileSync(join(folder, 'step-00000015.weights.safetensors'), 'cut off')
  let looked: Promise<unknown> | null = null
  const later = await runIn(root, fiveSteps({ epochs: 3 }), {
    folder,
    resume: true,
    // The first steps are told after all was made ready, and before the epoch's figures are there.
    obey: (_, event) => {
      if (event.type !== 'steps' || looked) return
      expect(manifests()).toContain('step-00000010.json')
      expect(evaluations().sort()).toEqual(['epoch-00000.bin', 'epoch-00001.bin'])
      looked = Promise.all([ownerOf(folder), identity(), takeOwnership(folder).catch((error: unknown) => error)])
    }
  })
  expect([later.steps[0]!.step, later.ended.status]).toEqual([10, 'finished'])
  const [owner, own, refused] = (await looked!) as unknown[]
  expect(owner).toMatchObject(own as object)
  expect(refused).toMatchObject({ code: 'run-in-progress' })
  expect(await ownerOf(folder)).toBeNull()
})
