package cli

// verbs lists every verb of the program; each lives in a file of its own name.
type verbs struct {
	Plan      planCmd      `cmd:"" help:"计划文件。"`
	Figure    figureCmd    `cmd:"" help:"文中数字。"`
	Limit     limitCmd     `cmd:"" help:"期限推算。"`
	Calendar  calendarCmd  `cmd:"" help:"工作日推算。"`
	Pack      packCmd      `cmd:"" help:"规则包。"`
	Receipt   receiptCmd   `cmd:"" help:"回执核验。"`
	Demo      demoCmd      `cmd:"" help:"虚构的一个县，装好数据就启动，供试用。"`
	Serve     serveCmd     `cmd:"" help:"启动服务。"`
	Init      initCmd      `cmd:"" help:"建库：本级政府和三个管理员。"`
	Account   accountCmd   `cmd:"" help:"账号。"`
	Unit      unitCmd      `cmd:"" help:"单位。"`
	Register  registerCmd  `cmd:"" help:"名录的导入和导出。"`
	Matter    matterCmd    `cmd:"" help:"事项的导入。"`
	Reconcile reconcileCmd `cmd:"" help:"与上级系统对账：一方有而另一方没有的，按月计数。"`
	Report    reportCmd    `cmd:"" help:"定期报告。"`
	Job       jobCmd       `cmd:"" help:"定期事务。"`
	Verify    verifyCmd    `cmd:"" help:"重新核验全部记录、存证和各表。"`
	Rebuild   rebuildCmd   `cmd:"" help:"只凭记录重建各表。"`
	Backup    backupCmd    `cmd:"" help:"备份到一个文件。"`
	Restore   restoreCmd   `cmd:"" help:"从备份恢复到空的数据库。"`
	Move      moveCmd      `cmd:"" help:"迁移到另一个空的数据库。"`
	Log       logCmd       `cmd:"" help:"存证快照。"`
	Version   versionCmd   `cmd:"" help:"版本、构建与规则包摘要。"`
}
