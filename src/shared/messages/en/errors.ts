/** What every error says, with what to do; the screen and the terminal put its parameters in. */
export default {
  unexpected: 'Something unforeseen went wrong. Please report this: “{message}”',
  'bad-request': 'The request {route} was refused: {reason}.',
  architecture: 'The architecture cannot be trained yet: {problem}',
  'dataset-missing': 'The data set {name} is not on this computer. Close Residuum and run: npm run setup',
  'dataset-damaged':
    'The cached data set {name} is damaged ({reason}). Delete its folder {folder} and run: npm run setup',
  'picture-missing': 'There is no picture {index} in the {split} split: it has {count}, numbered from 0.',
  'dataset-source':
    'The folder {folder} does not hold the data set {name}: {reason}. It was left as it is; name another with RESIDUUM_CIFAR10, or none to download it.',
  'dataset-checksum':
    '{file} of the data set {name} has the checksum {actual} instead of {expected}. The download is damaged; run npm run setup again.',
  'dataset-classes':
    'The architecture tells {classes} classes apart, the data set {name} has {actual}. Make the last layer {actual} wide.',
  'dataset-channels': 'The architecture takes pictures of {channels} channels, the data set {name} has {actual}.',
  'backend-missing': 'TensorFlow could not be loaded. Run: npm run doctor. It said: “{message}”',
  'backend-died': 'TensorFlow could not be loaded: its process ended with exit code {exit}. Run: npm run doctor',
  foreign: 'The error “{code}” was recorded, which cannot be put into words here.',
  'foreign-detail':
    'The error “{code}” was recorded, which cannot be put into words here. What came with it: “{details}”',
  'out-of-memory':
    'There is not enough memory for this step. Try a smaller batch size or a narrower network. TensorFlow said: “{message}”',
  'loss-not-finite':
    'The loss is no longer a finite number in epoch {epoch}, step {step}: values went first in the output of {layer}. Training stopped before the update. Try a lower learning rate, warm-up or gradient clipping.',
  graph: 'TensorFlow refused the compiled network. It said: “{message}”',
  'trainer-died':
    'The trainer process ended unexpectedly ({reason}). All that was recorded up to epoch {epoch} is kept; the app is unharmed. You can start the run again.',
  'trainer-out-of-memory':
    'Memory ran out and the system killed the trainer. All that was recorded up to epoch {epoch} is kept; the app is unharmed. Use a smaller batch or a narrower network, or close other programs; the run can be continued once there is more memory.',
  'trainer-killed':
    'The trainer process was killed from outside. All that was recorded up to epoch {epoch} is kept; the app is unharmed. Continue the run. If it happens again, the system may be short of memory: use a smaller batch or close other programs.',
  'trainer-lost':
    'The trainer process is gone, and the system did not tell why: it was killed or crashed. All that was recorded up to epoch {epoch} is kept; the app is unharmed. Continue the run. If it happens again, the system may be short of memory: use a smaller batch or close other programs, and run: npm run doctor',
  'trainer-crashed':
    'The trainer process crashed in a native library ({signal}). All that was recorded up to epoch {epoch} is kept; the app is unharmed. Continue the run. If it happens again, run: npm run doctor',
  'trainer-busy': 'A run is in progress. Stop it or wait for its end before starting another.',
  'trainer-idle': 'There is no run in progress.',
  'trainer-hangs': 'The trainer has not answered for {seconds} seconds.',
  'run-missing': 'The run {id} is not in the library.',
  'run-ambiguous': '“{name}” may mean several runs: {ids}. Give more of the id.',
  'run-active': 'The run {id} is in progress; stop it before deleting it.',
  'run-in-progress':
    'The run {id} is in progress already, in a window or on another command line (process {pid} on {host}). Stop it there or wait for its end before going on with it.',
  'run-elsewhere':
    'The run {id} belongs to another computer or container, {host}, and whether it goes on there cannot be seen from here. Stop it there. If nothing trains it there any more, take it over on the command line with --take-over.',
  'run-finished':
    'The run {id} has ended after {epochs} epochs as its recipe wanted: there is nothing left to do, and nothing was changed. On the command line, --epochs with a larger number goes on.',
  'run-foreign': 'The run {id} was written by another program and has no drawing and recipe to go on with.',
  'run-epochs': 'The run {id} cannot end after {epochs} epochs: it has begun {begun} already. Give at least {begun}.',
  'run-extended':
    'The run goes on to {epochs} epochs instead of {former}. From here on its learning rate follows the schedule of a run of {epochs} epochs; the epochs before followed that of {former}.',
  'stopping-anew': 'Early stopping had ended this run after epoch {epoch}; its patience counts anew from here.',
  'epoch-diverged':
    'Epoch {epoch} has diverged: its test loss is {loss}, and above {limit} (100 times that of guessing) an epoch is never the best. If later ones do not recover, try a lower learning rate, warm-up or gradient clipping.',
  'run-read-only':
    '{file} cannot be written, however much room there is. The run ends here and can be continued once its folder may be written to again. The system said: “{message}”',
  'run-damaged':
    '{file} cannot be understood: {reason}. It was left as it is; put back a copy of it, or remove the run’s folder.',
  'run-newer':
    '{file} was written by a newer Residuum (version {version}). It was left as it is; use that version to open the run.',
  'run-change':
    'The run’s setting {field} was changed to a value that is not known here: {reason}. Nothing was changed; go on with the Residuum that changed it.',
  'journal-damaged':
    'The journal {file} is damaged at byte {offset}. What it holds before that place is kept and shown; nothing was cut off. Put back a copy of it, or start the run again.',
  'checkpoint-ahead':
    'The checkpoint {file} was passed over: it was written when the run’s journal had {wanted} bytes, of which {bytes} are left. The run goes on from an earlier one.',
  'journal-short':
    'The run’s journal {file} has {bytes} bytes, but its checkpoints were written when it had {wanted}: what was recorded is lost. Nothing was changed. Put back a copy of the journal to go on.',
  'journal-newer':
    'The journal {file} was written by a newer Residuum (version {version}). It was left as it is; use that version.',
  'journal-torn':
    'The last record of the run’s journal had not been written whole when its process ended: {bytes} bytes of it were cut off. All before is kept.',
  'checkpoint-gone':
    'The run {id} has no checkpoint in {folder} to go on from. Its figures are kept; start a new run with more epochs.',
  'evaluation-missing': 'The run {id} has no evaluation yet; the first is made after its first epoch.',
  'evaluation-gone':
    'The run {id} keeps no evaluation after epoch {epoch}: where room for evaluations is short, the best, the last and some between them stay. Choose another epoch.',
  'evaluation-damaged':
    'The evaluation {file} cannot be used: {reason}. It was left as it is; the run’s figures and its other evaluations are not touched by this.',
  'library-damaged':
    'The library {file} cannot be read. It was left as it is; choose another folder with RESIDUUM_LIBRARY or --library. SQLite said: “{message}”',
  'library-irregular':
    'The library {file} is no regular file. It was left as it is; choose another folder with RESIDUUM_LIBRARY or --library.',
  'library-newer':
    'The library {file} was written by a newer Residuum (version {version}). It was left as it is; use that version.',
  'index-newer':
    'The index {file} was written by a newer Residuum (version {version}). It was left as it is; use that version, or delete the index: it is made anew from the runs’ folders.',
  'library-in-use':
    'The library {file} is still used by an older Residuum, which trains the run {id} (process {pid}). Nothing was changed. Let it end or stop it there; then start again, and the library is brought to this version.',
  'disk-full': 'The disk is full: {file} could not be written. Free some space and try again.',
  'disk-full-waiting':
    'The disk {disk} is full: {file} cannot be written. Training waits, nothing is lost, and it goes on by itself when there is room.',
  'disk-full-missing':
    'The disk {disk} is full: {file} needs about {missing} MiB more. Training waits, nothing is lost, and it goes on by itself when there is room.',
  'resumed-from-nothing':
    'The run has no checkpoint, for it had trained no epoch and was not stopped: it begins again at step 0.',
  'settings-unwritable':
    'The settings folder {folder} cannot be made or written. Make it writable, or choose another with RESIDUUM_SETTINGS. The system said: “{message}”',
  'instance-running': 'Residuum is open already (process {pid}, settings in {folder}); its window comes to the front.',
  'library-unwritable':
    'The library {file} cannot be written. Nothing was changed; make it and its folder writable, or choose another folder with RESIDUUM_LIBRARY or --library. SQLite said: “{message}”',
  'library-read-only':
    'The library {file} lies on a medium that can only be read. Choose another folder with RESIDUUM_LIBRARY or --library, or copy it to where it can be written.',
  'library-io':
    'The library {file} could not be read or written. Most often the disk is full or a limit on file sizes is reached; make room and try again. What was recorded is untouched. SQLite said: “{message}”',
  'library-locked':
    'The library {file} was locked by another program for {seconds} seconds: a backup, a synchronising folder, or a Residuum that hangs. Nothing was changed; wait for it or end it, then try again.',
  'library-other':
    'The folder {folder} holds other things and is no library. Choose an empty folder, or one that is a library already.',
  'cannot-show': 'The folder {folder} could not be shown. The system said: “{message}”',
  'library-empty':
    'The library {file} is there but empty (0 bytes): what was in it is gone. It was left as it is. Put back a copy of it, or delete it to begin a new library.',
  'output-refused': 'Standard output takes no more. The system said: “{message}”',
  'cannot-write': '{file} could not be written. The system said: “{message}”',
  safetensors: '{file} is not a whole safetensors file: {reason}.',
  'safetensors-type': '{name} in {file} has the type {type}; these are read: {types}. Save it as one of them.',
  'weights-prefix':
    'All names in {file} begin with “{prefix}”, which the architecture does not know (DataParallel and torch.compile put such a word before them). Take it off and save the file again.',
  'weights-missing': '{file} does not fit the architecture: it lacks {missing}.',
  'weights-unexpected': '{file} does not fit the architecture, which has no {unexpected}.',
  'weights-names': '{file} does not fit the architecture: it lacks {missing}, and has instead {unexpected}.',
  'weights-type': '{name} in {file} has the type {type}; weights are F32, F16 or BF16.',
  'weights-shapes':
    '{file} does not fit the architecture; shapes in the file / in the architecture: {tensors}. A linear layer’s weight is out x in, a convolution’s out x in x height x width, as in PyTorch.',
  'weights-mismatch': 'The weights do not fit the architecture: {reason}.',
  'not-a-file': '{file} is a folder, a pipe or a device. Give a regular file.',
  'file-too-large': '{file} has {size} bytes, more than the {max} that are read. Give a smaller file.',
  'cannot-read': '{file} cannot be read. The system said: “{message}”',
  'architecture-file': '{file} is not an architecture that can be read: {reason}. It was left as it is.',
  'text-encoding':
    '{file} is written in {encoding}, and only UTF-8 is read. Open it in a text editor, save it as UTF-8, and try again.',
  'text-damaged':
    '{file} is not a text in UTF-8: on line {line} stands the byte {byte}, which has no meaning there. If it is in another encoding, save it as UTF-8; if not, it is damaged or no text.',
  'name-empty': 'Give it a name.',
  'name-long': 'The name has {length} characters, and at most {max} are kept. Shorten it.',
  'name-control':
    'The name “{name}” holds the control character {character}, which no list could show. Take it out of the name and try again.',
  'images-file': '{file} does not fit: {reason}.',
  'checkpoint-missing':
    'There is no whole checkpoint in {folder} to go on from (damaged: {reason}). Start the run again.',
  'checkpoint-damaged': 'The checkpoint {file} was refused: {reason}. An earlier one is used.',
  'weights-not-finite':
    'A gradient overflowed: in epoch {epoch}, step {step} the parameters of {layer} are no longer finite numbers. Training stopped. Try a lower learning rate, warm-up or gradient clipping.',
  'no-mixed': 'Mixed precision needs a GPU; this run uses float32.',
  'plans-dropped':
    'The convolutions of this run were planned by an older version. They were measured anew: the run goes on, but not to the last bit.',
  'recipe-validation':
    'The recipe watches {monitor} but no picture is held out for validation. Set a validation share above 0, with at least two training pictures, or watch another figure.',
  'recipe-normalization':
    'The pictures have {channels} channels, but the normalisation has {mean} means and {std} standard deviations. Give one of each for every channel.',
  'recipe-nesterov':
    'Nesterov momentum needs a momentum above 0 and a dampening of 0, but they are {momentum} and {dampening}. Change them, or switch Nesterov momentum off.',
  'recipe-crop':
    'The random crop reflects {padding} pixels, but the pictures are only {size} pixels wide or high. Use less padding.',
  'recipe-one-picture':
    'A single training picture cannot be divided into one to train on and a share of {share} to hold out. Use at least 2 training pictures, or a validation share of 0.',
  'recipe-no-step':
    '{pictures} training pictures make no whole batch of {batch}, and the last short batch is to be left out: no step would be trained. Use a smaller batch, more pictures, or keep the last batch.',
  'batch-of-one':
    '{layer} ({kind}) cannot be trained on one picture at a time: it would normalise each value with itself, which PyTorch refuses as well. Use batches of 2 pictures or more.',
  'last-batch-of-one':
    '{pictures} training pictures in batches of {batch} leave a last batch of one picture, on which {layer} ({kind}) would normalise each value with itself; PyTorch refuses this as well. Leave the last short batch out (dropLast, --drop-last), or change the batch size or the number of pictures.',
  'recipe-warmup':
    'The warm-up of {warmup} epochs is as long as the run of {epochs} or longer: the learning rate never reaches its full value, and the schedule never begins.',
  'recipe-milestones':
    'Milestones count from the end of the warm-up of {warmup} epochs, as in PyTorch: those at {milestones} would come after epoch {reached} of a run of {epochs}, so never.',
  'memory-too-small':
    'Training would take about {needed} GiB at batch size {batch}, but this computer, or the container that Residuum runs in, has {has} GiB. A batch size of {fits} would fit; so would a narrower network.',
  'memory-too-small-network':
    'Training would take about {needed} GiB at batch size {batch}, but this computer, or the container that Residuum runs in, has {has} GiB. No batch size would fit: use a narrower network or smaller pictures.',
  'memory-ran-out':
    'This run ended without a word before, and the system has since killed processes for want of memory: probably this run too. Close other programs, or start a run with a smaller batch.',
  'memory-short':
    'Training takes about {needed} GiB at batch size {batch}, but only {has} GiB are free. It may become slow or be killed by the system. Close other programs; a batch size of {fits} would fit.',
  'experiment-file': '{file} is not an experiment that can be read: {reason}. It was left as it is.',
  'edit-name':
    '“{name}” cannot be a name: use letters, digits and _, beginning with a letter, and no word that Python or PyTorch has taken.',
  'edit-missing': 'There is no {name} in this drawing any more.',
  'edit-cycle':
    '{source} cannot feed {target}: {target} already leads to {source} ({path}), so the values would go in a circle.',
  'edit-direction':
    'A connection goes from an output below a node to the input above another; nothing enters the network’s input or leaves its output.',
  'edit-connected': '{target} already reads from {source}.',
  'edit-full': '{name} takes at most {most} inputs.',
  'edit-end': 'Input and output belong to every drawing and stay as they are.',
  'edit-taken': 'The name {name} is taken already.',
  'edit-block-empty': 'Select the layers that the block shall be made of.',
  'edit-block-entries':
    'A block has one input, but values enter the selection from {nodes}. Select a part that reads from one node.',
  'edit-block-exits':
    'A block has one output, but values leave the selection from {nodes}. Select a part that ends in one node.',
  'edit-block-around': 'A connection leaves the selection and comes back into it. Select what lies between as well.',
  'edit-detach-condition': '{name} stands under a condition or is bypassed. Take that away first.',
  'edit-detach-count': '{name} is repeated {count} times, which is not known here. Give the number first.',
  'edit-block-used': 'The block {name} still has instances: {nodes}. Delete or detach them first.',
  'edit-parameter-used': 'The parameter {name} is still read by {nodes}.',
  'edit-too-large':
    'This would be too large to be saved: a drawing takes up to {nodes} nodes and {edges} connections, an architecture {total} nodes and {blocks} blocks. Use blocks and repetitions instead of copies.',
  'edit-recursion': 'The block {block} cannot stand inside itself.',
  layout:
    'The whole network has {nodes} nodes, more than can be laid out at once. Look at it block by block in the drawing.',
  'pytorch-name':
    'PyTorch code cannot be written: no module of PyTorch may be called {name}, which nn.Module uses itself. Rename the node.',
  'pytorch-channels':
    'PyTorch code cannot be written: the number of channels that enter {name} depends on the picture’s size inside a block. Take the Flatten before it out of the block.',
  'architecture-missing': 'The architecture {id} is not in the library.',
  'document-unknown': '{file} was left as it is: {place} has no entry {key}.',
  'document-unknown-near': '{file} was left as it is: {place} has no entry {key}; did you mean {near}?',
  'document-attribute': '{file} was left as it is. {node}: {kind} has no attribute {attribute}.',
  'document-attribute-near':
    '{file} was left as it is. {node}: {kind} has no attribute {attribute}; did you mean {near}?',
  'document-newer':
    '{file} was written by a newer Residuum (version {version}). It was left as it is; use that version to open it.',
  'run-unknown':
    '{file} has entries that are not known here: {keys}. They were left out of account, as the run itself did.'
} as const
