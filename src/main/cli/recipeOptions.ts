import { InvalidArgumentError, Option, type Command } from 'commander'
import { z } from 'zod'
import { testTimeAugmentations } from '../../shared/experiment/augmentation'
import { optimizerSchema, usualLearningRates, type Optimizer } from '../../shared/experiment/optimizer'
import { scheduleSchema, usualSchedules, type Schedule } from '../../shared/experiment/schedules'
import {
  initializations,
  monitoredMetrics,
  precisions,
  recipeSchema,
  resizePasses,
  validationDraws,
  type Recipe
} from '../../shared/experiment/schema'
import { number } from './options'

/** One command-line option and the place of its value in a recipe, as names with dots. */
interface RecipeOption {
  flags: string
  description: string
  path: string
  parse?: (text: string) => unknown
  choices?: readonly string[]
}

const recipe = recipeSchema.shape
const optimizers = optimizerSchema.options.map(({ shape }) => shape.kind.value)
const schedules = scheduleSchema.options.map(({ shape }) => shape.kind.value)
/** Any number: the recipe's own schema says what is allowed, and names the setting. */
const float = number(z.number())
const floats = (text: string): number[] => text.split(',').map(float)
/** Stands for null, which commander takes for an option without a value. */
const NONE = 'none'
const orNone =
  (parse: (text: string) => unknown) =>
  (text: string): unknown =>
    text === NONE ? NONE : parse(text)

/** Every setting of a recipe but optimizer and schedule themselves, which change what may be set. */
const options: RecipeOption[] = [
  {
    flags: '--epochs <n>',
    description: 'passes over the training pictures',
    path: 'epochs',
    parse: number(recipe.epochs)
  },
  { flags: '--batch-size <n>', description: 'pictures in a step', path: 'batchSize', parse: number(recipe.batchSize) },
  {
    flags: '--drop-last',
    description: 'leave the last short batch of each epoch out, as in DataLoader',
    path: 'dropLast'
  },
  {
    flags: '--test-batch-size <n>',
    description: 'pictures in an evaluation step',
    path: 'testBatchSize',
    parse: float
  },
  {
    flags: '--learning-rate <x>',
    description: 'learning rate',
    path: 'optimizer.learningRate',
    parse: number(optimizerSchema.options[0].shape.learningRate)
  },
  { flags: '--momentum <x>', description: 'of SGD and RMSprop', path: 'optimizer.momentum', parse: float },
  { flags: '--dampening <x>', description: 'of SGD', path: 'optimizer.dampening', parse: float },
  { flags: '--nesterov', description: 'Nesterov momentum, of SGD', path: 'optimizer.nesterov' },
  { flags: '--weight-decay <x>', description: 'weight decay', path: 'optimizer.weightDecay', parse: float },
  { flags: '--betas <b1,b2>', description: 'of Adam and AdamW', path: 'optimizer.betas', parse: floats },
  { flags: '--alpha <x>', description: 'of RMSprop', path: 'optimizer.alpha', parse: float },
  { flags: '--eps <x>', description: 'of Adam, AdamW and RMSprop', path: 'optimizer.eps', parse: float },
  {
    flags: '--every <epochs>',
    description: 'of the step schedule, from the warm-up’s end',
    path: 'schedule.every',
    parse: float
  },
  {
    flags: '--milestones <epochs,...>',
    description: 'of the multi-step schedule, from the warm-up’s end',
    path: 'schedule.milestones',
    parse: floats
  },
  { flags: '--gamma <x>', description: 'of the step and multi-step schedules', path: 'schedule.gamma', parse: float },
  {
    flags: '--final-factor <x>',
    description: 'of the cosine and linear schedules',
    path: 'schedule.finalFactor',
    parse: float
  },
  { flags: '--rising-share <x>', description: 'of the one-cycle schedule', path: 'schedule.risingShare', parse: float },
  {
    flags: '--initial-divisor <x>',
    description: 'of the one-cycle schedule',
    path: 'schedule.initialDivisor',
    parse: float
  },
  {
    flags: '--final-divisor <x>',
    description: 'of the one-cycle schedule',
    path: 'schedule.finalDivisor',
    parse: float
  },
  {
    flags: '--warmup <epochs>',
    description: 'epochs in which the learning rate rises before the schedule',
    path: 'warmup',
    parse: float
  },
  {
    flags: '--label-smoothing <x>',
    description: 'share of the target spread over all classes',
    path: 'labelSmoothing',
    parse: float
  },
  {
    flags: '--max-gradient-norm <x|none>',
    description: 'longest gradient',
    path: 'maxGradientNorm',
    parse: orNone(float)
  },
  {
    flags: '--bias-factor <x>',
    description: 'learning rate of biases, times this',
    path: 'learningRateFactors.bias',
    parse: float
  },
  {
    flags: '--normalization-factor <x>',
    description: 'learning rate of normalisations, times this',
    path: 'learningRateFactors.normalization',
    parse: float
  },
  {
    flags: '--bias-decay-factor <x>',
    description: 'weight decay of biases, times this; 0 for none',
    path: 'weightDecayFactors.bias',
    parse: float
  },
  {
    flags: '--normalization-decay-factor <x>',
    description: 'weight decay of normalisations, times this; 0 for none',
    path: 'weightDecayFactors.normalization',
    parse: float
  },
  {
    flags: '--averaging <decay|none>',
    description: 'moving average of weights for evaluation',
    path: 'averaging',
    parse: orNone((text) => ({ decay: float(text) }))
  },
  {
    flags: '--lookahead <steps,alpha|none>',
    description: 'Lookahead around the optimizer',
    path: 'lookahead',
    parse: orNone((text) => named(floats(text), ['steps', 'alpha']))
  },
  {
    flags: '--initialization <scheme>',
    description: 'first weights',
    path: 'initialization',
    choices: initializations
  },
  { flags: '--precision <kind>', description: 'mixed needs a GPU', path: 'precision', choices: precisions },
  {
    flags: '--flip <kind>',
    description: 'horizontal flip',
    path: 'augmentation.horizontalFlip',
    choices: ['none', 'random', 'alternating']
  },
  {
    flags: '--crop <padding|none>',
    description: 'random crop after so many pixels of padding',
    path: 'augmentation.crop',
    parse: orNone((text) => ({ padding: float(text) }))
  },
  {
    flags: '--crop-mode <mode>',
    description: 'what the padding is made of',
    path: 'augmentation.crop.mode',
    choices: ['zeros', 'reflect']
  },
  {
    flags: '--translation <pixels>',
    description: 'random translation',
    path: 'augmentation.translation',
    parse: float
  },
  {
    flags: '--cutout <pixels>',
    description: 'side of a square that is cut out',
    path: 'augmentation.cutout',
    parse: float
  },
  { flags: '--brightness <x>', description: 'random brightness', path: 'augmentation.brightness', parse: float },
  { flags: '--contrast <x>', description: 'random contrast', path: 'augmentation.contrast', parse: float },
  { flags: '--mixup <alpha>', description: 'mixed pairs of pictures', path: 'augmentation.mixup', parse: float },
  {
    flags: '--test-time-augmentation <kind>',
    description: 'views averaged in evaluation',
    path: 'testTimeAugmentation',
    choices: testTimeAugmentations
  },
  {
    flags: '--resize-passes <order>',
    description: 'order in which height and width are resized: Pillow 13’s or that of older runs',
    path: 'resizePasses',
    choices: resizePasses
  },
  {
    flags: '--validation-share <x>',
    description: 'of the training pictures, held out',
    path: 'validationShare',
    parse: float
  },
  {
    flags: '--validation-draw <how>',
    description: 'held-out pictures of each class alike, or of all at random',
    path: 'validationDraw',
    choices: validationDraws
  },
  { flags: '--monitor <metric>', description: 'decides the best epoch', path: 'monitor', choices: monitoredMetrics },
  {
    flags: '--patience <epochs|none>',
    description: 'epochs without a better one before stopping early',
    path: 'earlyStopping',
    parse: orNone((text) => ({ patience: float(text) }))
  },
  {
    flags: '--minimum-change <x>',
    description: 'what counts as better for early stopping',
    path: 'earlyStopping.minimumChange',
    parse: float
  },
  {
    flags: '--diagnostics-every <steps|none>',
    description: 'record norms and dead ReLUs of each layer',
    path: 'diagnosticsEvery',
    parse: orNone(float)
  },
  {
    flags: '--mean <x,...>',
    description: 'of each channel, for the normalisation',
    path: 'normalization.mean',
    parse: floats
  },
  {
    flags: '--std <x,...>',
    description: 'of each channel, for the normalisation',
    path: 'normalization.std',
    parse: floats
  },
  {
    flags: '--train-limit <n|none>',
    description: 'use only the first n training pictures',
    path: 'trainLimit',
    parse: orNone(number(z.number().int().min(1)))
  },
  {
    flags: '--test-limit <n|none>',
    description: 'use only the first n test pictures',
    path: 'testLimit',
    parse: orNone(number(z.number().int().min(1)))
  },
  { flags: '--seed <n>', description: 'decides all that is random', path: 'seed', parse: number(recipe.seed.unwrap()) }
]

const named = (values: readonly number[], names: readonly string[]): Record<string, number> =>
  Object.fromEntries(values.map((value, index) => [names[index] ?? `value ${index + 1}`, value]))

const build = ({ flags, description, parse, choices }: RecipeOption): Option => {
  const option = new Option(flags, description)
  if (parse) option.argParser(parse)
  return choices ? option.choices(choices) : option
}

/** Adds an option for every setting of a recipe. */
export function addRecipeOptions(command: Command): Command {
  command.addOption(new Option('--optimizer <kind>', 'starts from its PyTorch defaults').choices(optimizers))
  command.addOption(new Option('--schedule <kind>', 'of the learning rate').choices(schedules))
  for (const option of options) {
    command.addOption(build(option))
    const switches = option.parse === undefined && option.choices === undefined
    if (switches) command.addOption(new Option(option.flags.replace('--', '--no-'), 'switches it off'))
  }
  return command
}

/**
 * A recipe with the given options in it. Throws InvalidArgumentError that names the option where a setting does not exist in
 * the chosen optimizer or schedule, or is not allowed.
 */
export function withOptions(given: Recipe, values: Record<string, unknown>): Recipe {
  const changed = structuredClone(given) as Recipe & Record<string, unknown>
  const { optimizer, schedule } = values as { optimizer?: Optimizer['kind']; schedule?: Schedule['kind'] }
  if (optimizer)
    changed.optimizer = optimizerSchema.parse({ kind: optimizer, learningRate: usualLearningRates[optimizer] })
  if (schedule) changed.schedule = scheduleSchema.parse({ kind: schedule, ...usualSchedules[schedule] })
  for (const option of options) {
    const value = values[build(option).attributeName()]
    if (value !== undefined) setAt(changed, option, value)
  }
  const result = recipeSchema.safeParse(changed)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue!.path.join('.')
  const option = options.find((candidate) => path.startsWith(candidate.path))
  throw new InvalidArgumentError(`${option ? option.flags.split(' ')[0] : path}: ${issue!.message}`)
}

function setAt(target: Record<string, unknown>, { flags, path }: RecipeOption, value: unknown): void {
  const names = path.split('.')
  const last = names.pop()!
  let place: unknown = target
  for (const name of names) place = (place as Record<string, unknown>)[name]
  const missing = place === null || (['optimizer', 'schedule'].includes(names[0]!) && !(last in (place as object)))
  if (missing) {
    const owner = names.length > 0 ? names.join('.') : 'recipe'
    throw new InvalidArgumentError(`${flags.split(' ')[0]} does not belong to the chosen ${owner}`)
  }
  ;(place as Record<string, unknown>)[last] = value === NONE && flags.includes('|none>') ? null : value
}
