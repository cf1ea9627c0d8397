import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { JournalWriter } from '../../../src/main/run/journal'
import { encodeRecord, MAGIC } from '../../../src/main/run/records'
import type { JournalRecord } from '../../../src/shared/run/journal'
import { canMount, mount, unmount } from '../../support/smallDisk'
import { temporaryFolder } from '../support'
import { epoch, readAll, steps } from './journalRecords'

const work = mkdtempSync(join(tmpdir(), 'residuum-journal-'))
beforeAll(async () => {
  await build({
    logLevel: 'silent',
    build: {
      outDir: work,
      lib: { entry: join(import.meta.dirname, 'appendElsewhere.ts'), formats: ['cjs'], fileName: () => 'append.cjs' },
      rollupOptions: { external: [/^node:/] }
    }
  })
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

const recordAt = (count: number): JournalRecord => (count % 2 === 0 ? epoch(count) : steps(count, 20_000))

it('a writer that is killed loses nothing that it had appended, and the next goes on', async () => {
  const folder = temporaryFolder()
  let told = 0
  for (let kill = 0; kill < 6; kill++) {
    const child = spawn(process.execPath, [join(work, 'append.cjs'), folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = once(child, 'exit')
    const until = told + 1 + ((kill * 7) % 5)
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('torn')) continue
      told = Number(line)
      // What it had said before it died still comes.
      if (told >= until) setTimeout(() => child.kill('SIGKILL'), kill % 4)
    }
    expect((await exit)[1]).toBe('SIGKILL')
    const { records, end } = await readAll(folder)
    expect(records.length).toBeGreaterThanOrEqual(told)
    // One that it had no time to speak of, at most.
    expect(records.length).toBeLessThanOrEqual(told + 1)
    const expected = Buffer.concat([MAGIC, ...records.flatMap((_, count) => encodeRecord(recordAt(count)))])
    expect(expected.equals(readFileSync(join(folder, 'journal')).subarray(0, end))).toBe(true)
  }
})

describe.skipIf(!canMount())('on a small disk of its own', () => {
  it('a full disk takes nothing in part, and all once there is room', async () => {
    const folder = temporaryFolder()
    mount(folder, 64)
    try {
      const { journal } = await JournalWriter.open(folder)
      writeFileSync(join(folder, 'ballast'), Buffer.alloc(40_000))
      let count = 0
      const next = (): JournalRecord => steps(count * 200, 200)
      const fill = async (): Promise<unknown> => {
        for (;;) {
          try {
            await journal.append([next()])
            count += 1
          } catch (error) {
            return error
          }
        }
      }
      expect(await fill()).toMatchObject({ code: 'disk-full', parameters: { file: join(folder, 'journal') } })
      const full = readFileSync(join(folder, 'journal'))
      expect(full.length).toBe(journal.position)
      await expect(journal.append([next()])).rejects.toMatchObject({ code: 'disk-full' })
      expect(readFileSync(join(folder, 'journal'))).toEqual(full)
      rmSync(join(folder, 'ballast'))
      expect(statfsSync(folder).bavail).toBeGreaterThan(5)
      const before = count
      await fill()
      await journal.close()
      expect(count).toBeGreaterThan(before)
      const { records, torn } = await readAll(folder)
      expect([records.length, torn]).toEqual([count, 0])
      records.forEach((record, index) => expect(record).toEqual(steps(index * 200, 200)))
    } finally {
      unmount(folder)
    }
  })

  it('one that may only be read is told apart, and read', async () => {
    const folder = temporaryFolder()
    mount(folder, 64)
    try {
      const { journal } = await JournalWriter.open(folder)
      await journal.append([epoch(0)])
      await journal.close()
      execFileSync('mount', ['-o', 'remount,ro', folder])
      await expect(JournalWriter.open(folder)).rejects.toMatchObject({ code: 'run-read-only' })
      expect((await readAll(folder)).records).toEqual([epoch(0)])
    } finally {
      unmount(folder)
    }
  })
})
