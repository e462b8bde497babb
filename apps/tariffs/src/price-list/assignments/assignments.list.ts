import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Assignment } from './assignment.entity.js';

export const assignmentsList = new ApiList(new KeysetList({ from: Assignment, key: { assignment_id: 'uuid' } }));
