/** The line was typed wrongly: shown in one line, without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
