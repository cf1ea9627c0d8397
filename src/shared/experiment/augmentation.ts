import { z } from 'zod'
import './setting'

/**
 * How training pictures are changed at random. Geometry and colour work on the data set's own pixels before
 * the resize, cutout and mixup on what the network gets. Nothing of it happens in an evaluation.
 */
export const augmentationSchema = z
  .object({
    /**
     * `random`: torchvision.transforms.RandomHorizontalFlip(0.5). `alternating`: half of the pictures in the first
     * epoch, the other half in the next and so on, so that two epochs show each picture both ways (Jordan 2024).
     */
    horizontalFlip: z
      .enum(['none', 'random', 'alternating'])
      .default('none')
      .meta({ setting: { option: 'flip' } }),
    /** torchvision.transforms.RandomCrop to the picture's own size with so many pixels of padding. */
    crop: z
      .object({
        padding: z
          .number()
          .int()
          .min(1)
          .max(512)
          .meta({ setting: { unit: 'pixels', usual: 4, option: null } }),
        mode: z
          .enum(['zeros', 'reflect'])
          .default('zeros')
          .meta({ setting: { option: 'crop-mode' } })
      })
      .nullable()
      .default(null),
    /** Moves a picture by up to so many whole pixels in each direction and fills with black; 0 for none. */
    translation: z
      .number()
      .int()
      .min(0)
      .max(512)
      .default(0)
      .meta({ setting: { unit: 'pixels' } }),
    /** Side of a square that is set to 0 after the normalisation, in pixels of the network's input (DeVries and Taylor 2017). */
    cutout: z
      .number()
      .int()
      .min(0)
      .max(1024)
      .default(0)
      .meta({ setting: { unit: 'pixels' } }),
    /** torchvision.transforms.ColorJitter: the factor is uniform in [1 - x, 1 + x], at least 0. */
    brightness: z.number().min(0).max(1).default(0),
    contrast: z.number().min(0).max(1).default(0),
    /** Alpha of the Beta distribution that mixes pairs of pictures and their targets (Zhang et al. 2018); 0 for none. */
    mixup: z.number().min(0).max(10).default(0)
  })
  .meta({ setting: { section: 'augmentation' } })

/** Which views of a test picture are averaged: itself, its mirror image, and both moved by one pixel as well. */
export const testTimeAugmentations = ['none', 'flip', 'flip-shift'] as const

export type Augmentation = z.infer<typeof augmentationSchema>
export type TestTimeAugmentation = (typeof testTimeAugmentations)[number]
