import type { Evaluation } from '../../shared/run/schema'

export async function keepEvaluation(_folder: string, _evaluation: Evaluation): Promise<void> {}
