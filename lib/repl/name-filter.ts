/** Whether a name matches the pattern of `--filter`: `*` within a segment, `**` anything, `?` one character; else the very name. */
export function nameFilter(pattern: string | null): (name: string) => boolean {
  if (pattern === null) return () => true;
  const source = pattern.replace(/\*{2,}|[\s\S]/g, (part) => {
    if (part.startsWith('**')) return '.*';
    if (part === '*') return '[^.]*';
    return part === '?' ? '[^.]' : part.replace(/[\\^$.+()[\]{}|/]/, '\\$&');
  });
  const matcher = new RegExp(`^${source}$`, 's');
  return (name) => matcher.test(name);
}
