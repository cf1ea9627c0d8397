import type { Attribute, DType, Graph, Tensor, TensorShape } from './graph'

/** A function of the graph: named inputs to feed, named outputs to read. */
export interface Signature {
  inputs: Record<string, Tensor>
  outputs: Record<string, Tensor>
}

/** TensorFlow's DataType numbers (types.proto). */
const DATA_TYPES: Record<DType, number> = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  string: 7,
  bool: 10,
  bfloat16: 14,
  resource: 20
}

/** The producer version of GraphDef whose meaning of the ops is used (TF 2.x). */
const PRODUCER = 1087

/**
 * The bytes of a SavedModel's `saved_model.pb` with one signature a function.
 * `messages` is the namespace of protobuf classes that tfjs-node ships.
 */
export function serializeSavedModel(
  // The generated classes carry no types.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  messages: any,
  graph: Graph,
  signatures: Record<string, Signature>
): Uint8Array {
  const shapeMessage = (shape: TensorShape) => {
    const message = new messages.TensorShape()
    message.setDimList(
      shape.map((size) => {
        const dimension = new messages.TensorShape.Dim()
        dimension.setSize(size ?? -1)
        return dimension
      })
    )
    return message
  }

  const tensorMessage = ({ dtype, shape, values }: Extract<Attribute, { tensor: unknown }>['tensor']) => {
    const message = new messages.Tensor()
    message.setDtype(DATA_TYPES[dtype])
    message.setTensorShape(shapeMessage(shape))
    if (dtype === 'string') {
      message.setStringValList((values as string[]).map((value) => new TextEncoder().encode(value)))
    } else {
      const Values = dtype === 'int32' ? Int32Array : dtype === 'float64' ? Float64Array : Float32Array
      const array = Values.from(values as ArrayLike<number>)
      message.setTensorContent(new Uint8Array(array.buffer))
    }
    return message
  }

  const attributeMessage = (attribute: Attribute) => {
    const message = new messages.AttrValue()
    if ('type' in attribute) message.setType(DATA_TYPES[attribute.type])
    else if ('int' in attribute) message.setI(attribute.int)
    else if ('float' in attribute) message.setF(attribute.float)
    else if ('bool' in attribute) message.setB(attribute.bool)
    else if ('string' in attribute) message.setS(new TextEncoder().encode(attribute.string))
    else if ('shape' in attribute) message.setShape(shapeMessage(attribute.shape))
    else if ('tensor' in attribute) message.setTensor(tensorMessage(attribute.tensor))
    else {
      const list = new messages.AttrValue.ListValue()
      if ('ints' in attribute) list.setIList([...attribute.ints])
      else list.setTypeList(attribute.types.map((type) => DATA_TYPES[type]))
      message.setList(list)
    }
    return message
  }

  const infoMessage = (tensor: Tensor) => {
    const message = new messages.TensorInfo()
    message.setName(`${tensor.node}:${tensor.index}`)
    message.setDtype(DATA_TYPES[tensor.dtype])
    message.setTensorShape(shapeMessage(tensor.shape))
    return message
  }

  const graphDef = new messages.GraphDef()
  for (const node of graph.nodes) {
    const message = new messages.NodeDef()
    message.setName(node.name)
    message.setOp(node.op)
    message.setInputList(node.inputs)
    if (node.device) message.setDevice(node.device)
    for (const [name, attribute] of Object.entries(node.attributes)) {
      message.getAttrMap().set(name, attributeMessage(attribute))
    }
    graphDef.addNode(message)
  }
  const versions = new messages.VersionDef()
  versions.setProducer(PRODUCER)
  graphDef.setVersions(versions)

  const metaInfo = new messages.MetaGraphDef.MetaInfoDef()
  metaInfo.addTags('serve')
  const metaGraph = new messages.MetaGraphDef()
  metaGraph.setMetaInfoDef(metaInfo)
  metaGraph.setGraphDef(graphDef)
  for (const [name, { inputs, outputs }] of Object.entries(signatures)) {
    const message = new messages.SignatureDef()
    for (const [key, tensor] of Object.entries(inputs)) message.getInputsMap().set(key, infoMessage(tensor))
    for (const [key, tensor] of Object.entries(outputs)) message.getOutputsMap().set(key, infoMessage(tensor))
    message.setMethodName(name)
    metaGraph.getSignatureDefMap().set(name, message)
  }
  const savedModel = new messages.SavedModel()
  savedModel.setSavedModelSchemaVersion(1)
  savedModel.addMetaGraphs(metaGraph)
  return savedModel.serializeBinary()
}
