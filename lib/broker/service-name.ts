export { fullActionName, fullServiceName } from '../registry/service-name.js';
