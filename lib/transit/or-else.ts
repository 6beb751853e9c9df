/** What a transporter answers, or `otherwise` where it fails in whatever way. */
export async function orElse<T>(ask: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await ask();
  } catch {
    return otherwise;
  }
}
