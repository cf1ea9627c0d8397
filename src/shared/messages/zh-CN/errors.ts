import type en from '../en/errors'

export default {
  unexpected: '发生了未预料的错误，请报告此问题：“{message}”',
  'bad-request': '请求 {route} 被拒绝：{reason}。',
  architecture: '该网络结构还不能训练：{problem}',
  'dataset-missing': '本机没有数据集 {name}。请关闭 Residuum 并运行：npm run setup',
  'dataset-damaged': '数据集 {name} 的缓存已损坏（{reason}）。请删除文件夹 {folder} 并运行：npm run setup',
  'picture-missing': '{split} 集中没有编号为 {index} 的图像：共 {count} 张，从 0 开始编号。',
  'dataset-source':
    '文件夹 {folder} 中没有数据集 {name}：{reason}。该文件夹未作改动；请用 RESIDUUM_CIFAR10 指定另一个文件夹，或不指定以便下载。',
  'dataset-checksum':
    '数据集 {name} 的 {file} 校验和为 {actual}，应为 {expected}。下载已损坏，请重新运行 npm run setup。',
  'dataset-classes': '网络区分 {classes} 个类别，而数据集 {name} 有 {actual} 个。请把最后一层的宽度改为 {actual}。',
  'dataset-channels': '网络的输入图像有 {channels} 个通道，而数据集 {name} 有 {actual} 个。',
  'backend-missing': '无法加载 TensorFlow。请运行：npm run doctor。TensorFlow 的原文：“{message}”',
  'backend-died': '无法加载 TensorFlow：其进程以退出码 {exit} 结束。请运行：npm run doctor',
  foreign: '记录了错误“{code}”，此处没有对应的说明。',
  'foreign-detail': '记录了错误“{code}”，此处没有对应的说明。随附内容：“{details}”',
  'out-of-memory': '内存不足，无法完成这一步。请减小批大小或网络宽度。TensorFlow 的原文：“{message}”',
  'loss-not-finite':
    '第 {epoch} 轮第 {step} 步的损失不再是有限数：最先出现异常值的是 {layer} 的输出。训练已在更新之前停止。请尝试更小的学习率、预热或梯度裁剪。',
  graph: 'TensorFlow 拒绝了编译后的网络。TensorFlow 的原文：“{message}”',
  'trainer-died': '训练进程意外终止（{reason}）。第 {epoch} 轮之前的记录都已保留，应用未受影响。可以重新开始训练。',
  'trainer-out-of-memory':
    '内存耗尽，系统终止了训练进程。截至第 {epoch} 轮的记录均已保留，应用不受影响。请减小批大小、使用更窄的网络或关闭其他程序；内存充足后可以继续这条训练。',
  'trainer-killed':
    '训练进程被外部终止。截至第 {epoch} 轮的记录均已保留，应用不受影响。可以继续这条训练。若再次发生，可能是系统内存不足：请减小批大小或关闭其他程序。',
  'trainer-lost':
    '训练进程已消失，系统没有说明原因：它被终止或已崩溃。截至第 {epoch} 轮的记录均已保留，应用不受影响。可以继续这条训练。若再次发生，可能是系统内存不足：请减小批大小或关闭其他程序，并运行：npm run doctor',
  'trainer-crashed':
    '训练进程在本机代码库中崩溃（{signal}）。截至第 {epoch} 轮的记录均已保留，应用不受影响。可以继续这条训练。若再次发生，请运行：npm run doctor',
  'trainer-busy': '正在进行一次训练。请先停止或等待其结束。',
  'trainer-idle': '当前没有正在进行的训练。',
  'trainer-hangs': '训练进程已 {seconds} 秒没有响应。',
  'run-missing': '训练库中没有训练记录 {id}。',
  'run-ambiguous': '“{name}”可能指多条训练记录：{ids}。请给出更长的编号。',
  'run-active': '训练记录 {id} 正在进行，请先停止再删除。',
  'run-in-progress':
    '训练记录 {id} 已在某个窗口或另一个命令行中进行（{host} 上的进程 {pid}）。请先在那里停止或等待其结束，再继续。',
  'run-elsewhere':
    '训练记录 {id} 属于另一台计算机或另一个容器 {host}，从这里无法看出它是否仍在那里进行。请在那里停止它。若那里已没有程序在训练它，请在命令行中用 --take-over 接管。',
  'run-finished':
    '训练记录 {id} 已按训练方案在 {epochs} 轮后结束：没有剩余的工作，也未做任何改动。在命令行中用更大的 --epochs 可以继续。',
  'run-foreign': '训练记录 {id} 由其他程序写入，没有可以继续训练的绘图和训练方案。',
  'run-epochs': '训练记录 {id} 不能在 {epochs} 轮后结束：它已经开始了 {begun} 轮。请至少给出 {begun}。',
  'run-extended':
    '训练将继续到 {epochs} 轮，而不是 {former} 轮。从此处起，学习率按 {epochs} 轮训练的调度变化；之前各轮按 {former} 轮的调度进行。',
  'stopping-anew': '早停曾在第 {epoch} 轮后结束此训练；早停耐心值从此处重新计算。',
  'epoch-diverged':
    '第 {epoch} 轮已发散：测试损失为 {loss}，超过 {limit}（随机猜测损失的 100 倍）的轮次不会成为最佳轮次。若之后仍未恢复，请尝试更小的学习率、预热或梯度裁剪。',
  'run-read-only': '无法写入 {file}，与剩余空间无关。训练到此结束；其文件夹恢复可写后可以继续。系统原文：“{message}”',
  'run-damaged': '无法理解 {file}：{reason}。文件保持原样；请放回它的副本，或移走该训练记录的文件夹。',
  'run-newer': '{file} 由更新版本的 Residuum 写入（版本 {version}）。文件保持原样；请用该版本打开此训练记录。',
  'run-change': '训练记录的设置 {field} 被改为此处不认识的值：{reason}。未做任何改动；请用做出该更改的 Residuum 继续。',
  'journal-damaged':
    '日志 {file} 在第 {offset} 字节处损坏。此处之前的内容均保留并照常显示，没有截去任何内容。请放回它的副本，或重新开始训练。',
  'checkpoint-ahead':
    '已跳过检查点 {file}：写入它时训练记录的日志有 {wanted} 字节，现在只剩 {bytes} 字节。训练从更早的检查点继续。',
  'journal-short':
    '训练记录的日志 {file} 只有 {bytes} 字节，而写入检查点时有 {wanted} 字节：部分记录已丢失。没有做任何更改。请放回日志的副本后再继续。',
  'journal-newer': '日志 {file} 由更新版本的 Residuum 写入（版本 {version}）。文件保持原样；请使用该版本。',
  'journal-torn': '训练进程结束时，日志的最后一条记录尚未写完：已截去其中的 {bytes} 字节，之前的内容全部保留。',
  'checkpoint-gone': '训练记录 {id} 在 {folder} 中没有可以继续的检查点。其指标已保留；请用更多轮次重新训练。',
  'evaluation-missing': '训练记录 {id} 还没有评估结果；第一轮结束后才会生成。',
  'evaluation-gone':
    '训练记录 {id} 没有保留第 {epoch} 轮之后的评估结果：评估结果的空间不足时，只保留最佳、最后以及其间的若干轮。请选择其他轮次。',
  'evaluation-damaged': '无法使用评估结果 {file}：{reason}。文件保持原样；该训练记录的各项指标和其他评估结果不受影响。',
  'library-damaged':
    '无法读取训练库 {file}。文件未被改动；请用 RESIDUUM_LIBRARY 或 --library 选择其他文件夹。SQLite 的原文：“{message}”',
  'library-irregular': '训练库 {file} 不是普通文件，未被改动；请用 RESIDUUM_LIBRARY 或 --library 选择其他文件夹。',
  'library-newer': '训练库 {file} 由更新版本的 Residuum（版本 {version}）写入。文件未被改动；请使用该版本。',
  'index-newer':
    '索引 {file} 由更新版本的 Residuum 写成（版本 {version}）。它保持原样；请使用该版本，或删除索引：它会根据各条训练记录的文件夹重新生成。',
  'library-in-use':
    '训练库 {file} 仍在被旧版 Residuum 使用，它正在训练记录 {id}（进程 {pid}）。未作任何更改。请等它结束或在那里停止它，然后重新启动，训练库将升级到此版本。',
  'disk-full': '磁盘已满：无法写入 {file}。请释放空间后重试。',
  'disk-full-waiting': '磁盘 {disk} 已满：无法写入 {file}。训练正在等待，不会丢失任何内容；有空间后会自动继续。',
  'disk-full-missing':
    '磁盘 {disk} 已满：写入 {file} 还需要约 {missing} MiB。训练正在等待，不会丢失任何内容；有空间后会自动继续。',
  'resumed-from-nothing': '该训练没有检查点，因为它尚未完成任何一轮，也未被停止：将从第 0 步重新开始。',
  'settings-unwritable':
    '无法创建或写入设置文件夹 {folder}。请使其可写，或用 RESIDUUM_SETTINGS 选择其他文件夹。系统原文：“{message}”',
  'instance-running': 'Residuum 已经打开（进程 {pid}，设置在 {folder}）；其窗口将移到最前。',
  'library-unwritable':
    '无法写入训练库 {file}。未作任何改动；请使文件及其文件夹可写，或用 RESIDUUM_LIBRARY 或 --library 选择其他文件夹。SQLite 的原文：“{message}”',
  'library-read-only':
    '训练库 {file} 位于只读介质上。请用 RESIDUUM_LIBRARY 或 --library 选择其他文件夹，或把它复制到可写的位置。',
  'library-io':
    '无法读写训练库 {file}。最常见的原因是磁盘已满或达到文件大小限制；请腾出空间后重试。已记录的内容未受影响。SQLite 的原文：“{message}”',
  'library-locked':
    '训练库 {file} 被其他程序锁定已达 {seconds} 秒：可能是备份、同步文件夹或失去响应的 Residuum。未作任何改动；请等待或结束该程序后重试。',
  'library-other': '文件夹 {folder} 中有其他内容，且不是训练库。请选择空文件夹，或已有的训练库。',
  'cannot-show': '无法显示文件夹 {folder}。系统原文：“{message}”',
  'library-empty':
    '训练库文件 {file} 存在但为空（0 字节）：原有内容已丢失。文件未被改动。请放回它的副本，或删除它以新建库。',
  'output-refused': '标准输出无法继续写入。系统原文：“{message}”',
  'cannot-write': '无法写入 {file}。系统原文：“{message}”',
  safetensors: '{file} 不是完整的 safetensors 文件：{reason}。',
  'safetensors-type': '{file} 中 {name} 的类型是 {type}；可读取的类型有：{types}。请另存为其中之一。',
  'weights-prefix':
    '{file} 中所有名称都以“{prefix}”开头，而网络结构中没有它（DataParallel 和 torch.compile 会加上这样的前缀）。请去掉后重新保存。',
  'weights-missing': '{file} 与网络结构不符：缺少 {missing}。',
  'weights-unexpected': '{file} 与网络结构不符：结构中没有 {unexpected}。',
  'weights-names': '{file} 与网络结构不符：缺少 {missing}，却有 {unexpected}。',
  'weights-type': '{file} 中 {name} 的类型是 {type}；权重应为 F32、F16 或 BF16。',
  'weights-shapes':
    '{file} 与网络结构不符；文件中的形状 / 结构中的形状：{tensors}。与 PyTorch 一样，全连接层的权重是 输出 x 输入，卷积的权重是 输出 x 输入 x 高 x 宽。',
  'weights-mismatch': '权重与网络结构不符：{reason}。',
  'not-a-file': '{file} 是文件夹、管道或设备。请给出普通文件。',
  'file-too-large': '{file} 有 {size} 字节，超过可读取的 {max} 字节。请给出较小的文件。',
  'cannot-read': '无法读取 {file}。系统原文：“{message}”',
  'architecture-file': '{file} 不是可读取的网络结构：{reason}。文件未被改动。',
  'text-encoding': '{file} 的编码是 {encoding}，而这里只读取 UTF-8。请用文本编辑器打开，另存为 UTF-8 后重试。',
  'text-damaged':
    '{file} 不是 UTF-8 文本：第 {line} 行的字节 {byte} 在该处无意义。若它采用其他编码，请另存为 UTF-8；否则文件已损坏或不是文本。',
  'name-empty': '请输入名称。',
  'name-long': '该名称有 {length} 个字符，最多 {max} 个。请缩短。',
  'name-control': '名称“{name}”含有控制字符 {character}，任何列表都无法显示它。请从名称中去掉它后重试。',
  'images-file': '{file} 不符合要求：{reason}。',
  'checkpoint-missing': '{folder} 中没有完整的检查点可以继续（已损坏：{reason}）。请重新开始训练。',
  'checkpoint-damaged': '检查点 {file} 被拒绝：{reason}。将使用更早的检查点。',
  'weights-not-finite':
    '梯度溢出：第 {epoch} 轮第 {step} 步时 {layer} 的参数不再是有限数。训练已停止。请尝试更小的学习率、预热或梯度裁剪。',
  'no-mixed': '混合精度需要 GPU；本次训练使用 float32。',
  'plans-dropped': '本次训练的卷积算法由旧版本选定，现已重新测定：训练会继续，但结果不再逐位相同。',
  'recipe-validation':
    '训练方案监视 {monitor}，却没有留出任何验证图像。请设置大于 0 的验证比例（至少两张训练图像），或改为监视其他指标。',
  'recipe-normalization':
    '图像有 {channels} 个通道，但归一化给出了 {mean} 个均值和 {std} 个标准差。请为每个通道各给一个。',
  'recipe-nesterov':
    'Nesterov 动量要求动量大于 0 且阻尼为 0，但它们是 {momentum} 和 {dampening}。请修改它们，或关闭 Nesterov 动量。',
  'recipe-crop': '随机裁剪要反射 {padding} 个像素，但图像只有 {size} 像素宽或高。请减小填充。',
  'recipe-one-picture':
    '只有一张训练图像，无法既用来训练又按 {share} 的比例留作验证。请至少使用 2 张训练图像，或把验证比例设为 0。',
  'recipe-no-step':
    '{pictures} 张训练图像不足一个完整的批次（批大小为 {batch}），而末尾不足的批次又要丢弃，因此一步也不会训练。请减小批大小、增加图像，或保留末尾批次。',
  'batch-of-one':
    '{layer}（{kind}）不能每次只用一张图像训练：每个值都只会与自身归一化，PyTorch 同样会拒绝。请使用不小于 2 的批大小。',
  'last-batch-of-one':
    '{pictures} 张训练图像按批大小 {batch} 划分后，末尾批次只剩一张图像，{layer}（{kind}）在其上每个值都只会与自身归一化，PyTorch 同样会拒绝。请丢弃末尾不足的批次（dropLast，--drop-last），或改变批大小或图像数量。',
  'recipe-warmup': '预热 {warmup} 轮不短于整个训练的 {epochs} 轮：学习率永远达不到设定值，调度也不会开始。',
  'recipe-milestones':
    '里程碑与 PyTorch 一样从 {warmup} 轮预热结束时算起：{milestones} 处的里程碑要到第 {reached} 轮之后才到，而训练只有 {epochs} 轮，因此不会生效。',
  'memory-too-small':
    '批大小为 {batch} 时训练约需 {needed} GiB 内存，而本机或 Residuum 所在的容器只有 {has} GiB。批大小 {fits} 可以容纳；也可以使用更窄的网络。',
  'memory-too-small-network':
    '批大小为 {batch} 时训练约需 {needed} GiB 内存，而本机或 Residuum 所在的容器只有 {has} GiB。任何批大小都无法容纳：请使用更窄的网络或更小的图像。',
  'memory-ran-out':
    '该训练此前未留下任何说明就终止了，此后系统曾因内存不足而终止进程，很可能也包括该训练。请关闭其他程序，或以更小的批大小重新训练。',
  'memory-short':
    '批大小为 {batch} 时训练约需 {needed} GiB 内存，而目前只有 {has} GiB 可用。训练可能变慢或被系统终止。请关闭其他程序；批大小 {fits} 可以容纳。',
  'experiment-file': '{file} 不是可读取的实验文件：{reason}。文件未被改动。',
  'edit-name': '“{name}”不能作为名称：请使用字母、数字和下划线，以字母开头，并避开 Python 或 PyTorch 已占用的词。',
  'edit-missing': '这张图中已没有 {name}。',
  'edit-cycle': '{source} 不能连到 {target}：{target} 已通向 {source}（{path}），数据会形成环。',
  'edit-direction': '连线从一个节点下方的输出连到另一个节点上方的输入；网络的输入端不能接入，输出端不能接出。',
  'edit-connected': '{target} 已经读取 {source}。',
  'edit-full': '{name} 最多有 {most} 个输入。',
  'edit-end': '每张图都有输入和输出，它们不能更改。',
  'edit-taken': '名称 {name} 已被占用。',
  'edit-block-empty': '请先选择要组成块的层。',
  'edit-block-entries': '块只有一个输入，但有多个值进入所选部分：{nodes}。请选择只读取一个节点的部分。',
  'edit-block-exits': '块只有一个输出，但有多个值离开所选部分：{nodes}。请选择以一个节点结束的部分。',
  'edit-block-around': '有连线离开所选部分又回到其中。请把中间的部分也选上。',
  'edit-detach-condition': '{name} 带有条件或已被旁路，请先取消。',
  'edit-detach-count': '{name} 重复 {count} 次，而这个次数在此处未知。请先给出数字。',
  'edit-block-used': '块 {name} 仍有实例：{nodes}。请先删除或拆开它们。',
  'edit-parameter-used': '参数 {name} 仍被 {nodes} 使用。',
  'edit-too-large':
    '这样会过大而无法保存：一张图最多 {nodes} 个节点和 {edges} 条连接，一个网络结构最多共 {total} 个节点和 {blocks} 个块。请用块和重复代替复制。',
  'edit-recursion': '块 {block} 不能放在自身之内。',
  layout: '整个网络有 {nodes} 个节点，无法一次完成布局。请在绘图中逐个块查看。',
  'pytorch-name': '无法生成 PyTorch 代码：nn.Module 自己使用名称 {name}，任何子模块都不能叫这个名字。请重命名该节点。',
  'pytorch-channels':
    '无法生成 PyTorch 代码：在块内部，进入 {name} 的通道数取决于图像大小。请把它之前的展平层移到块外。',
  'architecture-missing': '训练库中没有网络结构 {id}。',
  'document-unknown': '{file} 未作更改：{place} 没有 {key} 这一项。',
  'document-unknown-near': '{file} 未作更改：{place} 没有 {key} 这一项；是否指 {near}？',
  'document-attribute': '{file} 未作更改。{node}：{kind} 没有属性 {attribute}。',
  'document-attribute-near': '{file} 未作更改。{node}：{kind} 没有属性 {attribute}；是否指 {near}？',
  'document-newer': '{file} 由更新版本的 Residuum 写成（版本 {version}），未作更改；请用该版本打开。',
  'run-unknown': '{file} 中有此处未知的项：{keys}。它们未被采用，训练时亦然。'
} satisfies Record<keyof typeof en, string>
