/** What happens to a result that its `returns` schema does not allow. */
export type ReturnsMode = 'throw' | 'log' | 'off';

export const RETURNS_MODES = ['throw', 'log', 'off'] as const satisfies readonly ReturnsMode[];
