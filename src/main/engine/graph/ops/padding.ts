export interface SlidingWindow {
  stride: readonly [number, number]
  /** On both sides of height and width, as PyTorch counts it. */
  padding: readonly [number, number]
  dilation?: readonly [number, number]
}

/**
 * TensorFlow's SAME pads `total` values, the odd one after; equal to PyTorch's symmetric padding only
 * when both sides agree. The faster kernels know SAME and VALID only, so any other padding is a Pad
 * before VALID.
 */
export function paddingMode(
  input: readonly [number, number],
  kernel: readonly [number, number],
  { stride, padding }: SlidingWindow
): 'SAME' | 'VALID' | 'PAD' {
  if (padding[0] === 0 && padding[1] === 0) return 'VALID'
  const same = ([0, 1] as const).every((axis) => {
    const output = Math.ceil(input[axis] / stride[axis])
    const total = Math.max(0, (output - 1) * stride[axis] + kernel[axis] - input[axis])
    const pytorch = Math.floor((input[axis] + 2 * padding[axis] - kernel[axis]) / stride[axis]) + 1
    return total === 2 * padding[axis] && output === pytorch
  })
  return same ? 'SAME' : 'PAD'
}
