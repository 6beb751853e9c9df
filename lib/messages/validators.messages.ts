/** Texts about schemas of params and results. */

const CLASS_PACKAGES = 'class-validator class-transformer';

export const packageMissing = (name: string): string =>
  `A class as a schema needs the package ${name}, which is not installed. Install it: npm install ${CLASS_PACKAGES}`;

export const classWithoutRules = (type: string): string =>
  `The class ${type} has no decorators of class-validator: as a schema it would let everything pass. ` +
  `Decorate its properties (@IsString() name), or use another schema.`;

export const RESULT_VALIDATION = 'Result validation error!';

/** `what` is the action with its name. */
export const unfittingResult = (action: string, issues: unknown): string =>
  `Action '${action}' returned what its 'returns' schema does not allow: ${issueTexts(issues)}`;

function issueTexts(issues: unknown): string {
  if (!Array.isArray(issues)) return 'no details';
  return (issues as { field?: unknown; message?: unknown; type?: unknown }[])
    .map(
      ({ field, message, type }) =>
        `${field === undefined ? '' : `${String(field)}: `}${String(message ?? type)}`,
    )
    .join('; ');
}
