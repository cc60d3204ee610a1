"""Syndics from the KBO reuse file (all public data, XML), which a public authority can get for nothing. Off by default.

ICT puts the files as they come from the SFTP server in a folder (`kbo_reuse_xml_folder`): `D<date>.KBO.ZIP`, from its
folders `full` and `delta`. What is known about them, and from where:

By the Technical User Manual for Data Reuse v20.4 (FOD Economie, 12/03/2024, read in a public transcript): an archive
holds `D<yyyymmdd>.xml` (full) or `D<yyyymmdd>.wijzig.xml` (delta), and `D<yyyymmdd>.codes.XML`; UTF-8; a full is some
28 GB; Header with ExecutionDate, SequenceNumber ("incremented by 1 for each new change extract"), ExtractType F or D;
CancelledEnterprises/CancelledEnterpriseNumber by technical key; Enterprises/Enterprise with Nbr (technical key),
EnterpriseNumbers (the history of real numbers), Status, JurForms, Functions; a delta holds changed entities whole;
Function with Code, Validity, HeldByPerson{Name, FirstName, PropertyManagementCompany} or
HeldByEnterprise{ExecutingEnterprise}; Footer with counts; active and ended data with Validity{Begin, End}.

By a cut-down real file of November 2025 (version 21.0) among the tests of the public project letspeppol: root
`CommercialisationFile` in a namespace, each list in a plural element, dates dd/mm/yyyy, and numbers without their
leading zero. That project's reader, too, takes a function without End to be running.

Our reading, not confirmed by a real file: which function is the syndic's is taken from the code file (a FunctionCodes
entry of which a description has "syndic", provisional with "voorlopig" or "provisoire"), because its code is nowhere
published; the shape of that file (any element called FunctionCode... with a Code in it); a full carries the number of
the last delta that it holds; Status AC and a running JurForm 070 make a VME.
"""

from services.kbo.syndics.reuse.refreshing import Refreshed, refresh
from services.kbo.syndics.reuse.source import ReuseXml, open_reuse_xml

__all__ = ["Refreshed", "ReuseXml", "open_reuse_xml", "refresh"]
