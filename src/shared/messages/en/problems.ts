/** What can be wrong with an architecture, and what is probably not meant. */
export default {
  attribute: '{attribute} is not valid: {reason}',
  expression: 'the expression {expression} cannot be worked out: {reason}',
  'needs-image': 'this layer needs pictures (channels x height x width) but gets {shape}; it must stand before Flatten',
  'needs-flat': 'Linear needs a flat vector but gets {shape}; put Flatten before it',
  'window-too-large':
    'the {kernel} kernel is larger than its {input} input with padding {padding}; use a smaller kernel or less stride before',
  'pooling-padding':
    'padding {padding} is more than half of the {kernel} kernel, which PyTorch refuses; use less padding',
  'unequal-shapes': '{kind} gets inputs of different shapes: {shapes}; put a 1x1 convolution on one of them',
  'output-width':
    'the last layer gives {shape} but the data has {classes} classes; make the last Linear {classes} wide',
  empty: 'the network has no layers',
  cycle: 'the connections form a cycle through {nodes}',
  unconnected: 'nothing is connected to its input',
  'too-many-inputs': 'takes at most {max} input but has {count}',
  'too-few-inputs': 'needs at least {min} inputs but has {count}',
  'unknown-layer': '{kind} is not a layer that Residuum knows',
  'unknown-block': 'there is no block named {block}',
  'unknown-argument': 'the block {block} has no parameter {argument}',
  'recursive-block': 'the block {block} contains itself',
  'too-deep': 'blocks are nested more than {max} deep',
  'too-large': 'its tensor of {shape} values is larger than {max} values; use fewer channels or a smaller picture',
  'too-many-layers': 'once blocks are opened and repeated, more than {max} layers stand here; repeat or nest less',
  'too-many-parts':
    'once blocks are opened and repeated, more than {max} nodes and connections stand here; repeat or nest less',
  'duplicate-id': 'two nodes are named {id}',
  'one-end': 'a drawing needs exactly one {type} but has {count}',
  'unknown-node': 'a connection names {id}, which does not exist',
  groups:
    '{attribute} is {groups}, which does not divide {channels} input and {outChannels} output channels; choose a divisor of both',
  unused: 'its value goes nowhere; it is not trained and does not count',
  'bias-before-norm': 'its bias has no effect: the normalisation behind it takes the mean away. Switch the bias off',
  'activated-logits':
    '{kind} stands behind the scores, which the loss wants of any sign; it slows learning or stops it',
  'plain-stack':
    '{depth} layers with weights in a row without a shortcut; beyond {limit}, plain networks learn worse the deeper they are (He et al. 2015). Add shortcuts',
  'stride-over-kernel':
    'stride {stride} is larger than the {kernel} kernel: pixels between the windows are never looked at',
  'group-of-one':
    'each group has a single value, which is normalised with itself: whatever it gets, it gives its bias. Use fewer groups',
  'unequal-sizes':
    'Concatenate gets inputs of different height or width: {shapes}; give the layers before it the same stride and fitting padding',
  'one-place':
    'InstanceNorm2d normalises over height and width, but gets {shape}: a single place has no variance, and PyTorch refuses it. Put it before the pooling, or take it away',
  slopes: 'PReLU has {count} slopes for {channels} channels; it takes one for all, or one for each',
  'unknown-entry': 'A node has no entry {name}',
  'unknown-entry-near': 'A node has no entry {name}; did you mean {near}?',
  'unknown-attribute': '{kind} has no attribute {name}',
  'unknown-attribute-near': '{kind} has no attribute {name}; did you mean {near}?'
} as const
