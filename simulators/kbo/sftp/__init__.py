"""The SFTP server of KBO Open Data over a folder of archives: one account, read-only."""

from simulators.kbo.sftp.simulator import KboSftp, SftpOptions

__all__ = ["KboSftp", "SftpOptions"]
