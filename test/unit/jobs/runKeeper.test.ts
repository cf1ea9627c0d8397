import { spawn } from 'node:child_process'
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runKeeper } from '../../../src/main/jobs/runKeeper'
import { ownerOf, takeOwnership } from '../../../src/main/run/owner'
import { identity, lifeOf } from '../../../src/main/run/process'
import { presetExperiment } from '../../../src/shared/presets'
import { progressOf, type RunProgress } from '../../../src/shared/run/progress'
import { append, ended, epochRecord, started, steps } from '../../support/runFolders'
import { readAll } from '../run/journalRecords'
import { temporaryFolder } from '../support'

const experiment = presetExperiment('lenet-5')
const cause = { code: 'trainer-killed', parameters: { epoch: 1 } } as const

async function newRun() {
  const keeper = runKeeper(temporaryFolder())
  const run = await keeper.create(experiment)
  return { keeper, run, folder: keeper.folder(run) }
}
const progressIn = async (folder: string): Promise<RunProgress> => progressOf((await readAll(folder)).records)

describe('a run whose trainer died', () => {
  it('is interrupted with the cause, keeps its figures, is nobody’s, and may be taken up again', async () => {
    const { keeper, run, folder } = await newRun()
    await append(folder, [started(10), steps(0, 10), epochRecord(0)])
    await keeper.interrupt(run, cause)
    const progress = await progressIn(folder)
    expect(progress.ended).toMatchObject({ status: 'interrupted', error: cause, early: false })
    expect([progress.steps, progress.epochs.length, progress.warnings]).toEqual([10, 1, []])
    expect(await ownerOf(folder)).toBeNull()
    expect(await keeper.reopen(run)).toEqual(experiment)
  })

  it('before it had written anything is interrupted as well', async () => {
    const { keeper, run, folder } = await newRun()
    await keeper.interrupt(run, cause)
    expect((await progressIn(folder)).ended).toMatchObject({ status: 'interrupted', error: cause })
  })

  it('while it wrote has its torn record cut off, and that is said', async () => {
    const { keeper, run, folder } = await newRun()
    await append(folder, [started(10), steps(0, 10)])
    appendFileSync(join(folder, 'journal'), Buffer.of(200, 0, 0, 0, 1, 2, 3, 4, 5))
    await keeper.interrupt(run, cause)
    const { steps: made, warnings, ended: end } = await progressIn(folder)
    expect(made).toBe(10)
    expect(warnings).toEqual([{ code: 'journal-torn', parameters: { bytes: 9 } }])
    expect(end?.status).toBe('interrupted')
  })

  it('after its end was recorded keeps that end; one that was not taken up yet says why', async () => {
    for (const [status, warnings] of [
      ['finished', []],
      ['stopped', [cause]]
    ] as const) {
      const { keeper, run, folder } = await newRun()
      await append(folder, [started(10), steps(0, 10), ended(status)])
      await keeper.interrupt(run, cause)
      const progress = await progressIn(folder)
      expect([progress.ended?.status, progress.warnings]).toEqual([status, warnings])
    }
  })

  it('is taken from the dead process that owned it', async () => {
    const { keeper, run, folder } = await newRun()
    await append(folder, [started(10), steps(0, 10)])
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'])
    const own = await identity()
    const stat = await readFile(`/proc/${child.pid!}/stat`, 'utf8')
    const owner = { ...own, pid: child.pid!, started: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]! }
    writeFileSync(join(folder, 'owner-000009.json'), JSON.stringify({ ...owner, token: 'of the child' }))
    expect(await lifeOf(owner)).toBe('alive')
    const before = readFileSync(join(folder, 'journal'))
    await expect(keeper.interrupt(run, cause)).rejects.toMatchObject({ code: 'run-in-progress' })
    expect(readFileSync(join(folder, 'journal')).equals(before)).toBe(true)
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    await keeper.interrupt(run, cause)
    expect((await progressIn(folder)).ended?.status).toBe('interrupted')
  })
})

it('a run that a living process owns is left to it, down to the last byte', async () => {
  const { keeper, run, folder } = await newRun()
  await append(folder, [started(10), steps(0, 10)])
  const { release } = await takeOwnership(folder)
  const [names, before] = [readdirSync(folder), readFileSync(join(folder, 'journal'))]
  await expect(keeper.interrupt(run, cause)).rejects.toMatchObject({ code: 'run-in-progress' })
  await expect(keeper.reopen(run)).rejects.toMatchObject({ code: 'run-in-progress' })
  expect(readdirSync(folder)).toEqual(names)
  expect(readFileSync(join(folder, 'journal')).equals(before)).toBe(true)
  await release()
})
