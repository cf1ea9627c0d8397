/** A convolution by its definition in float64: what every kernel is compared with. NHWC, the filter HWIO. */
export interface ConvolutionCase {
  batch: number
  /** Height and width, channels of input and output. */
  size: readonly [number, number]
  channels: number
  outputs: number
  kernel: readonly [number, number]
  stride: readonly [number, number]
  padding: readonly [number, number]
  dilation: readonly [number, number]
  groups: number
}

/** Height and width of what comes out; below 1 where the kernel does not fit. */
export function outputSize({ size, kernel, stride, padding, dilation }: ConvolutionCase): [number, number] {
  return ([0, 1] as const).map(
    (axis) => Math.floor((size[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1
  ) as [number, number]
}

/** The output, and the gradients of `sum(output * gradient)` with respect to `x` and `filter`. */
export function naiveConvolution(
  geometry: ConvolutionCase,
  x: Float32Array,
  filter: Float32Array,
  gradient: Float32Array
): { y: Float64Array; dx: Float64Array; df: Float64Array } {
  const { batch, size, channels, outputs, kernel, stride, padding, dilation, groups } = geometry
  const [rows, columns] = outputSize(geometry)
  const y = new Float64Array(batch * rows * columns * outputs)
  const dx = new Float64Array(x.length)
  const df = new Float64Array(filter.length)
  const [inGroup, outGroup] = [channels / groups, outputs / groups]
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const out = ((n * rows + i) * columns + j) * outputs
        for (let u = 0; u < kernel[0]; u++) {
          const row = i * stride[0] + u * dilation[0] - padding[0]
          if (row < 0 || row >= size[0]) continue
          for (let v = 0; v < kernel[1]; v++) {
            const column = j * stride[1] + v * dilation[1] - padding[1]
            if (column < 0 || column >= size[1]) continue
            const place = ((n * size[0] + row) * size[1] + column) * channels
            const tap = (u * kernel[1] + v) * inGroup * outputs
            for (let o = 0; o < outputs; o++) {
              const from = place + Math.floor(o / outGroup) * inGroup
              const slope = gradient[out + o]!
              let sum = 0
              for (let c = 0; c < inGroup; c++) {
                const weight = tap + c * outputs + o
                sum += x[from + c]! * filter[weight]!
                dx[from + c]! += slope * filter[weight]!
                df[weight]! += slope * x[from + c]!
              }
              y[out + o]! += sum
            }
          }
        }
      }
    }
  }
  return { y, dx, df }
}
