import { JournalWriter } from '../../../src/main/run/journal'
import { epoch, steps } from './journalRecords'

/**
 * A process of its own that appends to the journal in a folder until it is killed, and says how many of its records
 * stand: an epoch, then many steps, and so on.
 */
async function main(folder: string): Promise<void> {
  const { journal, records, torn } = await JournalWriter.open(folder)
  process.stdout.write(`torn ${torn}\n`)
  for (let count = records.length; ; count++) {
    await journal.append([count % 2 === 0 ? epoch(count) : steps(count, 20_000)])
    process.stdout.write(`${count + 1}\n`)
  }
}

void main(process.argv[2]!)
