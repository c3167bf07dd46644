"""What grid workers, units and staff say of decision items, in their groups or one-to-one.

Who may do what the use-cases decide: staff supervise, hand over, call off and name the watcher.
"""

from handlers.decisions import answers
from handlers.grid_worker.router import router
from nlp.consultation import TableAction

router.on(TableAction.DECISION_LIST)(answers.show_list)
router.on(TableAction.DECISION_SHOW)(answers.show)
router.on(TableAction.DECISION_PROGRESS)(answers.report_progress)
router.on(TableAction.DECISION_DONE)(answers.report_done)
router.on(TableAction.DECISION_EXTEND)(answers.extend)
router.on(TableAction.DECISION_SUPERVISE)(answers.supervise)
router.on(TableAction.DECISION_DROP)(answers.drop)
router.on(TableAction.DECISION_HAND_OVER)(answers.hand_over)
router.on(TableAction.DECISION_WATCHER)(answers.watcher)
router.on(TableAction.WATCH)(answers.watch)
router.on(TableAction.BOARD)(answers.show_board)
