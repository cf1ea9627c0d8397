import { appendFileSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { crc32 } from '../../../src/main/run/crc32'
import { JournalWriter, readJournal } from '../../../src/main/run/journal'
import { encodeRecord, FRAME_BYTES, MAGIC, MAX_PAYLOAD_BYTES } from '../../../src/main/run/records'
import type { JournalRecord } from '../../../src/shared/run/journal'
import { temporaryFolder } from '../support'
import { epoch, readAll, started, steps } from './journalRecords'

const RECORDS: JournalRecord[] = [started(), steps(0, 4), epoch(0), steps(4, 3)]
const fileOf = (folder: string): string => join(folder, 'journal')
const bytesOf = (records: readonly JournalRecord[]): Buffer => Buffer.concat([MAGIC, ...records.flatMap(encodeRecord)])
const frame = (payload: Buffer): Buffer => {
  const head = Buffer.alloc(8)
  head.writeUInt32LE(payload.length, 0)
  head.writeUInt32LE(crc32(payload), 4)
  return Buffer.concat([head, payload])
}
const json = (value: unknown): Buffer => frame(Buffer.from(JSON.stringify(value)))

async function written(records: readonly JournalRecord[]): Promise<string> {
  const folder = temporaryFolder()
  const { journal } = await JournalWriter.open(folder)
  await journal.append(records)
  await journal.close()
  return folder
}

/** A folder whose journal has exactly these bytes. */
function holding(...bytes: Buffer[]): string {
  const folder = temporaryFolder()
  writeFileSync(fileOf(folder), Buffer.concat(bytes))
  return folder
}

/** The methods of all open files. */
async function handles(): Promise<FileHandle> {
  const handle = await open(import.meta.filename, 'r')
  await handle.close()
  return Object.getPrototypeOf(handle) as FileHandle
}
const failure = (code: string): Error => Object.assign(new Error(`${code}: it does not go`), { code })

afterEach(() => vi.restoreAllMocks())

describe('the bytes of a journal', () => {
  it('carry the CRC-32 of zlib', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926)
    expect(crc32(Buffer.from('ab123456789c'), 2, 11)).toBe(0xcbf43926)
  })

  it('are as the format says', async () => {
    const folder = await written([
      { type: 'steps', first: 7, series: { loss: Float32Array.of(1, -2), rate: Float32Array.of(0.5, NaN) } },
      { type: 'paused', at: 5, step: 9 }
    ])
    const header = Buffer.from('{"first":7,"count":2,"names":["loss","rate"]}')
    const values = Buffer.from('0000803f000000c00000003f0000c07f', 'hex')
    const payload = Buffer.concat([Buffer.of(1, header.length, 0, 0, 0), header, values])
    const paused = Buffer.from('{"type":"paused","at":5,"step":9}')
    expect(readFileSync(fileOf(folder))).toEqual(
      Buffer.concat([Buffer.from('RSDMJ\0\x01\n', 'latin1'), frame(payload), frame(paused)])
    )
  })

  it('say the same after reading, with the place of each end', async () => {
    const folder = await written(RECORDS)
    const { records, ends, end, torn, skipped } = await readAll(folder)
    expect(records).toEqual(RECORDS)
    const { size } = statSync(fileOf(folder))
    expect([end, ends.at(-1), torn, skipped]).toEqual([size, size, 0, []])
    for (const [index, from] of [MAGIC.length, ...ends].entries()) {
      expect((await readAll(folder, from)).records).toEqual(RECORDS.slice(index))
    }
  })

  it('keep what is not finite as NaN, and series by any name', async () => {
    const odd = { type: 'steps', first: 0, series: { 'deadShare/a.b': Float32Array.of(Infinity, NaN) } } as const
    const folder = await written([odd])
    expect((await readAll(folder)).records).toEqual([
      { type: 'steps', first: 0, series: { 'deadShare/a.b': Float32Array.of(NaN, NaN) } }
    ])
  })

  it('divide columns that are too long for one record', async () => {
    const count = MAX_PAYLOAD_BYTES / 8 + 10
    const loss = Float32Array.from({ length: count }, (_, index) => index)
    const folder = await written([{ type: 'steps', first: 10, series: { loss } }])
    const { records } = await readAll(folder)
    expect(records.length).toBeGreaterThan(1)
    let next = 10
    for (const record of records) {
      if (record.type !== 'steps') throw new Error(record.type)
      expect(record.first).toBe(next)
      next += record.series.loss!.length
      expect(record.series.loss![0]).toBe(record.first - 10)
    }
    expect(next).toBe(10 + count)
  })

  it('may be written plainly by others', async () => {
    const folder = holding(MAGIC, json({ type: 'steps', first: 3, series: { loss: [1, null], 'my/metric': [2, 3.5] } }))
    expect((await readAll(folder)).records).toEqual([
      { type: 'steps', first: 3, series: { loss: Float32Array.of(1, NaN), 'my/metric': Float32Array.of(2, 3.5) } }
    ])
  })

  it('may hold what is not understood here: it is skipped, named and kept', async () => {
    const unknown = [
      json({ type: 'moon', at: 1 }),
      json({ type: 'epoch', at: 1, metrics: { epoch: -1 } }),
      json({ type: 'steps', first: 0, series: { loss: [1], accuracy: [] } }),
      frame(Buffer.from('{no JSON')),
      frame(Buffer.of(2, 2, 2)),
      frame(Buffer.of(1, 255, 255, 255, 255))
    ]
    const folder = holding(MAGIC, ...unknown, ...encodeRecord(epoch(0)))
    const before = readFileSync(fileOf(folder))
    const { records, skipped } = await readAll(folder)
    expect(records).toEqual([epoch(0)])
    expect(skipped.map(({ type }) => type)).toEqual(['moon', 'epoch', 'steps', '', '', 'steps'])
    expect(skipped.map(({ offset, end }) => end - offset)).toEqual(unknown.map(({ length }) => length))
    const opened = await JournalWriter.open(folder)
    await opened.journal.close()
    expect([opened.records, opened.skipped, opened.torn]).toEqual([[epoch(0)], skipped, 0])
    expect(readFileSync(fileOf(folder))).toEqual(before)
  })

  it('of a newer version are refused by reader and writer', async () => {
    const folder = holding(Buffer.from('RSDMJ\0\x02\n', 'latin1'), Buffer.from('whatever'))
    const refusal = { code: 'journal-newer', parameters: { file: fileOf(folder), version: 2 } }
    await expect(readAll(folder)).rejects.toMatchObject(refusal)
    await expect(JournalWriter.open(folder)).rejects.toMatchObject(refusal)
  })

  it('that are no journal are refused', async () => {
    const folder = holding(Buffer.from('SQLite format 3\0'))
    await expect(readAll(folder)).rejects.toMatchObject({ code: 'journal-damaged', parameters: { offset: 0 } })
  })
})

describe('the end of a journal', () => {
  it('that is torn at any byte is cut off by the next writer, and by no reader', async () => {
    const whole = bytesOf(RECORDS)
    const last = bytesOf(RECORDS.slice(0, -1)).length
    for (let length = last + 1; length < whole.length; length++) {
      const folder = holding(whole.subarray(0, length))
      const read = await readAll(folder)
      expect(read.records).toEqual(RECORDS.slice(0, -1))
      expect([read.end, read.torn]).toEqual([last, length - last])
      expect(statSync(fileOf(folder)).size).toBe(length)
      const { journal, records, torn } = await JournalWriter.open(folder)
      expect([records.length, torn, journal.position]).toEqual([RECORDS.length - 1, length - last, last])
      await journal.append(RECORDS.slice(-1))
      await journal.close()
      expect(readFileSync(fileOf(folder))).toEqual(whole)
    }
  })

  it('that is torn within the first bytes is begun anew', async () => {
    for (let length = 0; length < MAGIC.length; length++) {
      const folder = holding(MAGIC.subarray(0, length))
      expect(await readAll(folder)).toMatchObject({ records: [], end: 0, torn: length })
      const { journal, torn } = await JournalWriter.open(folder)
      await journal.append([epoch(0)])
      await journal.close()
      expect(torn).toBe(length)
      expect(readFileSync(fileOf(folder))).toEqual(bytesOf([epoch(0)]))
    }
  })

  it('that a power cut left as zeros is cut off', async () => {
    const whole = bytesOf(RECORDS)
    const last = bytesOf(RECORDS.slice(0, -1)).length
    for (const kept of [0, 3, FRAME_BYTES, FRAME_BYTES + 9]) {
      const folder = holding(whole.subarray(0, last + kept), Buffer.alloc(5000))
      const { journal, torn } = await JournalWriter.open(folder)
      await journal.close()
      expect(torn).toBe(kept + 5000)
      expect(statSync(fileOf(folder)).size).toBe(last)
    }
  })

  it('is read again from any former one, also where the journal grows meanwhile', async () => {
    const folder = await written(RECORDS.slice(0, 2))
    const { journal } = await JournalWriter.open(folder)
    const found: JournalRecord[] = []
    let more = 0
    for await (const { record } of readJournal(folder)) {
      found.push(record)
      if (more < 3) await journal.append([epoch(more++)])
    }
    await journal.close()
    expect(found).toEqual([...RECORDS.slice(0, 2), epoch(0), epoch(1), epoch(2)])
  })

  it('that lies before the place to read from is said, so that one begins anew', async () => {
    const folder = await written(RECORDS)
    const { size } = statSync(fileOf(folder))
    truncateSync(fileOf(folder), size - 1)
    await expect(readAll(folder, size)).rejects.toMatchObject({ code: 'journal-damaged' })
  })
})

describe('a damaged journal', () => {
  it('keeps what comes before any flipped bit; nothing but the last record is ever cut off', async () => {
    const whole = bytesOf(RECORDS)
    const starts = RECORDS.map((_, index) => bytesOf(RECORDS.slice(0, index)).length)
    const last = starts.at(-1)!
    for (let at = MAGIC.length; at < whole.length; at += at % FRAME_BYTES < 4 ? 1 : 3) {
      const bytes = Buffer.from(whole)
      bytes[at]! ^= 1 << ((at * 5) % 8)
      const folder = holding(bytes)
      const hit = starts.filter((start) => start <= at).length - 1
      if (at < last) {
        const refusal = { code: 'journal-damaged', parameters: { file: fileOf(folder), offset: starts[hit] } }
        const found: JournalRecord[] = []
        const reading = (async () => {
          for await (const { record } of readJournal(folder)) found.push(record)
        })()
        await expect(reading, `byte ${at}`).rejects.toMatchObject(refusal)
        expect(found).toEqual(RECORDS.slice(0, hit))
        await expect(JournalWriter.open(folder)).rejects.toMatchObject(refusal)
        expect(readFileSync(fileOf(folder))).toEqual(bytes)
      } else {
        const found = await readAll(folder).catch((error: unknown) => error as { code: string })
        if ('code' in found) expect(found.code).toBe('journal-damaged')
        else expect([found.records, found.end], `byte ${at}`).toEqual([RECORDS.slice(0, hit), last])
      }
    }
  })

  it('is told from one that is torn where a wrong length reaches beyond the end', async () => {
    const bytes = bytesOf(RECORDS)
    bytes[MAGIC.length + 2]! ^= 0x40
    const folder = holding(bytes)
    await expect(JournalWriter.open(folder)).rejects.toMatchObject({ code: 'journal-damaged' })
    expect(readFileSync(fileOf(folder))).toEqual(bytes)
  })

  it('is one whose last record claims to be longer than any', async () => {
    const head = Buffer.alloc(FRAME_BYTES)
    head.writeUInt32LE(MAX_PAYLOAD_BYTES + 1, 0)
    const folder = holding(bytesOf(RECORDS), head)
    await expect(readAll(folder)).rejects.toMatchObject({ code: 'journal-damaged' })
  })
})

describe('a writer on a disk that fails', () => {
  /** A disk with room for so many bytes. */
  const roomFor = async (some: number, code: string): Promise<void> => {
    const prototype = await handles()
    const write = prototype.write as (bytes: Buffer, from: number, length: number, at: number) => Promise<unknown>
    vi.spyOn(prototype, 'write')
      .mockImplementationOnce(function (this: FileHandle, bytes: Buffer, from: number, _: number, at: number) {
        return write.call(this, bytes, from, some, at)
      } as never)
      .mockImplementationOnce(() => Promise.reject(failure(code)))
  }

  it('cuts a record that got no room off at once, and appends it later', async () => {
    const folder = temporaryFolder()
    const { journal } = await JournalWriter.open(folder)
    await journal.append(RECORDS.slice(0, 2))
    const before = journal.position
    for (const some of [0, 1, 20, 70]) {
      await roomFor(some, 'ENOSPC')
      const appended = journal.append(RECORDS.slice(2))
      await expect(appended).rejects.toMatchObject({ code: some ? 'disk-full' : 'cannot-write' })
      vi.restoreAllMocks()
      expect([journal.position, statSync(fileOf(folder)).size]).toEqual([before, before])
    }
    await journal.append(RECORDS.slice(2))
    await journal.close()
    expect(readFileSync(fileOf(folder))).toEqual(bytesOf(RECORDS))
  })

  it('cuts it off before the next record where even that failed', async () => {
    const folder = temporaryFolder()
    const { journal } = await JournalWriter.open(folder)
    await journal.append(RECORDS.slice(0, 2))
    await roomFor(60, 'EDQUOT')
    vi.spyOn(await handles(), 'truncate').mockImplementation(() => Promise.reject(failure('ENOSPC')))
    await expect(journal.append([epoch(0)])).rejects.toMatchObject({ code: 'disk-full' })
    expect(statSync(fileOf(folder)).size).toBe(journal.position + 60)
    expect((await readAll(folder)).records).toEqual(RECORDS.slice(0, 2))
    await expect(journal.append([epoch(0)])).rejects.toMatchObject({ code: 'disk-full' })
    vi.restoreAllMocks()
    // Shorter than what the failed one left.
    await journal.append([{ type: 'paused', at: 1, step: 1 }])
    await journal.close()
    expect(readFileSync(fileOf(folder))).toEqual(bytesOf([...RECORDS.slice(0, 2), { type: 'paused', at: 1, step: 1 }]))
  })

  it('repeats what a failed sync may have lost', async () => {
    const folder = temporaryFolder()
    const { journal } = await JournalWriter.open(folder)
    await journal.append(RECORDS.slice(0, 1))
    await journal.sync()
    const synced = journal.position
    await journal.append(RECORDS.slice(1, 2))
    await journal.append(RECORDS.slice(2))
    vi.spyOn(await handles(), 'datasync').mockImplementationOnce(() => Promise.reject(failure('ENOSPC')))
    await expect(journal.sync()).rejects.toMatchObject({ code: 'disk-full' })
    truncateSync(fileOf(folder), synced)
    appendFileSync(fileOf(folder), Buffer.alloc(100))
    await journal.sync()
    await journal.close()
    expect(readFileSync(fileOf(folder))).toEqual(bytesOf(RECORDS))
  })

  it('syncs what was appended, and only then', async () => {
    const { journal } = await JournalWriter.open(temporaryFolder())
    const sync = vi.spyOn(await handles(), 'datasync')
    await journal.append([epoch(0)])
    expect(sync).toHaveBeenCalledTimes(0)
    await journal.sync()
    await journal.sync()
    expect(sync).toHaveBeenCalledTimes(1)
    await journal.close()
  })

  it.each(['EROFS', 'EACCES', 'EPERM'])('tells a folder that may not be written (%s) from a full one', async (code) => {
    const { journal } = await JournalWriter.open(temporaryFolder())
    vi.spyOn(await handles(), 'write').mockImplementation(() => Promise.reject(failure(code)))
    await expect(journal.append([epoch(0)])).rejects.toMatchObject({ code: 'run-read-only' })
    await journal.close()
  })

  it.each(['moved', 'removed'])('does not go on into a file that was %s', async (what) => {
    const folder = temporaryFolder()
    const { journal } = await JournalWriter.open(folder)
    await journal.append([epoch(0)])
    await journal.sync()
    if (what === 'moved') renameSync(fileOf(folder), join(folder, 'elsewhere'))
    else rmSync(fileOf(folder))
    await journal.append([epoch(1)])
    await expect(journal.sync()).rejects.toMatchObject({ code: 'cannot-write', parameters: { file: fileOf(folder) } })
    await journal.close()
  })

  it('takes calls one after the other', async () => {
    const folder = temporaryFolder()
    const { journal } = await JournalWriter.open(folder)
    const many = Array.from({ length: 50 }, (_, index) => epoch(index))
    await Promise.all([...many.map((record) => journal.append([record])), journal.sync(), journal.close()])
    expect(readFileSync(fileOf(folder))).toEqual(bytesOf(many))
  })
})
